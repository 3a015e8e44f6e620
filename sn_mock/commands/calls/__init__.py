"""Commands that place a call, or say what would come of one."""
