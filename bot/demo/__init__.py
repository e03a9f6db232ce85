"""The whole job on this machine alone: embedded mail servers, sample mails, simulated days."""
