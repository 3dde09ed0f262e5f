"""Agendas: what always stands there, what comes back by itself, what the body has before it; and the papers for it."""
