"""Seven-minute briefings: written from a published review, sent to agencies, and acknowledged by each that passed it on."""
