"""The sandbox's clock: integrators watch weeks of working time pass in seconds. It exists only where the sandbox is on."""
