from dataclasses import dataclass
from datetime import UTC,date,datetime,time,timedelta
from zoneinfo import ZoneInfo
L=ZoneInfo("Europe/London")
@dataclass(frozen=True)
class Calendar:
    version:str="stub"
    def is_working_day(self,d): return d.weekday()<5
    def effective_start(self,i):
        l=i.astimezone(L);d=l.date()
        if self.is_working_day(d):
            if l.time()<time(9): return datetime.combine(d,time(9),L).astimezone(UTC)
            if l.time()<=time(17): return i
        d+=timedelta(1)
        while not self.is_working_day(d): d+=timedelta(1)
        return datetime.combine(d,time(9),L).astimezone(UTC)
    def due_after_working_days(self,i,n):
        d=self.effective_start(i).astimezone(L).date()
        while n:
            d+=timedelta(1)
            if self.is_working_day(d): n-=1
        return datetime.combine(d,time(17),L).astimezone(UTC)
    def add_working_hours(self,i,td):
        s=self.effective_start(i)
        while True:
            end=datetime.combine(s.astimezone(L).date(),time(17),L).astimezone(UTC)
            if s+td<=end: return s+td
            td-=end-s; s=self.effective_start(end+timedelta(hours=1))
    def working_time(self,a,b):
        t=timedelta(0);d=a.astimezone(L).date()
        while d<=b.astimezone(L).date():
            if self.is_working_day(d):
                o=datetime.combine(d,time(9),L);c=datetime.combine(d,time(17),L)
                t+=max(timedelta(0),min(b,c)-max(a,o))
            d+=timedelta(1)
        return t
@dataclass(frozen=True)
class Quarter:
    year:str
    number:int
    @classmethod
    def of(cls,i):
        l=i.astimezone(L);y=l.year if l.month>=4 else l.year-1
        return cls(f"{y}/{(y+1)%100:02d}",((l.month-4)%12)//3+1)
    @property
    def slug(self): return self.year.replace("/","-")
