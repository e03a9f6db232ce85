"""Registration forms printed, filled by hand, stamped, scanned and photographed, each made from a seed together with what stands on it."""
