"""What the records of `sys_certificate` hold: keys, trust anchors, their state and their dates."""
