"""The provider as a process: in the foreground, in the background, as several workers."""
