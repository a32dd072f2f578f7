"""`with_refunds`: a table of refunds below the sales of a file is taken off them."""

from daybook.cube import Cube
from daybook.errors import TableError
from daybook.judge import Judge
from daybook.parameters import AnalysisParameters
from daybook.reduce.pandas import read_cube
from daybook.table import Table
from daybook.table.statuses import is_return


def with_refunds(cube: Cube, table: Table, parameters: AnalysisParameters) -> tuple[Cube, dict[str, int]]:
    """The cube less the tables of refunds that stand below the table; once that has been read to the end.

    Returns:
        The cube, and the rows of each table that was taken off, by its title.
    """
    taken_off: dict[str, int] = {}
    for other in table.others:
        title = other.layout.title
        if is_return(title):
            try:
                read = read_cube(other, Judge(other, parameters), takes_back=True)
            except TableError:
                continue  # it stays among the notes as a table that is not in the figures
            cube += read.cube
            taken_off[title] = read.cube.total("lines")
    return cube, taken_off
