import time, pytest
from scsc.programs.tenancy import program_scope
from tests.grants.test_applications_list import fill, LIST
@pytest.mark.parametrize("rows",[10_000,100_000])
def test_time(cast, signed_in, rows):
    with program_scope(cast.program): fill(cast, rows)
    from django.db import connection
    c=signed_in(cast.officer)
    for q in ("","words=number+999","state=submitted&sort=-amount","screening=none"):
        c.get(f"{LIST}?{q}")
        t=time.perf_counter(); [c.get(f"{LIST}?{q}") for _ in range(3)]; print("T",rows,q,round((time.perf_counter()-t)/3*1000),"ms")
    from tests.queries import counted_queries
    from django.test.utils import CaptureQueriesContext
    with CaptureQueriesContext(connection) as cap: c.get(LIST)
    for qq in cap.captured_queries: 
        if float(qq["time"])>0.004: print(qq["time"], qq["sql"][:200])
