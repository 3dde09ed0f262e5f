from shared.calendar import Calendar
def calendar(): return Calendar()
