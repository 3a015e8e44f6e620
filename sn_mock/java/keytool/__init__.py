"""What keytool does: make keys, requests and keystores, mend them, and describe a file for people."""
