"""What any Java virtual machine does: it knows no noun of ServiceNow's, and could be a library of its own."""
