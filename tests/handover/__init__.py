"""What is handed over: bundles, differences, evidence."""
