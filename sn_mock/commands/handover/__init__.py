"""Commands about what is handed over: bundles, differences, evidence."""
