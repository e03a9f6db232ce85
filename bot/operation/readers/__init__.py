"""Where foreign files are read: processes of this machine, or those of a cluster."""
