"""Shapefiles written byte by byte, as ESRI (1998) and dBASE III describe them."""

import struct

GRID = (
    'PROJCS["Palestine_1923_Palestine_Grid",GEOGCS["GCS_Palestine_1923",'
    'DATUM["D_Palestine_1923",SPHEROID["Clarke_1880_Benoit",6378300.789,'
    '293.4663155389802]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Cassini"],PARAMETER["False_Easting",170251.555],'
    'PARAMETER["False_Northing",126867.909],'
    'PARAMETER["Central_Meridian",35.21208055555556],'
    'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",31.73409694444445],'
    'UNIT["Meter",1.0]]'
)
BELT = (
    GRID.replace("Palestine_Grid", "Palestine_Belt")
    .replace("Cassini", "Transverse_Mercator")
    .replace("126867.909", "1126867.909")
)


def dbf(fields, records, driver=0, version=3):
    """Return a table; a field is (name, type, length), a record a tuple of bytes."""
    size = 1 + sum(length for _, _, length in fields)
    header = struct.pack(
        "<BBBBIHH17xBxx",
        *(version, 115, 6, 30, len(records), 33 + 32 * len(fields), size, driver),
    )
    for name, kind, length in fields:
        header += struct.pack("<11sc4xBB14x", name, kind.encode(), length, 0)
    rows = b""
    for record in records:
        rows += b" "
        for (_, _, length), cell in zip(fields, record, strict=True):
            rows += cell[:length].ljust(length)
    return header + b"\r" + rows + b"\x1a"


def shp(*shapes):
    """Return a .shp of shapes, each as its record has it, type first."""
    body = b""
    for number, shape in enumerate(shapes, 1):
        body += struct.pack(">II", number, len(shape) // 2) + shape
    words = (100 + len(body)) // 2
    kind = struct.unpack("<i", shapes[0][:4])[0] if shapes else 1
    head = struct.pack(">i20xi", 9994, words) + struct.pack(
        "<ii8d", 1000, kind, *[0] * 8
    )
    return head + body


def point(x, y):
    return struct.pack("<idd", 1, x, y)


def point_z(x, y, z):
    return struct.pack("<idddd", 11, x, y, z, 0.0)


def outline(kind, *lines):
    """Return lines (3) or rings (5), each a list of (x, y)."""
    flat = [figure for line in lines for place in line for figure in place]
    starts, count = [], 0
    for line in lines:
        starts.append(count)
        count += len(line)
    return struct.pack(
        f"<i4dii{len(lines)}i{len(flat)}d",
        *(kind, 0, 0, 0, 0, len(lines), count, *starts, *flat),
    )


def write(folder, name, records, shapes=None, fields=None, prj=GRID, cpg=None):
    """Write the parts of one shapefile; return the path of its .shp or .dbf."""
    fields = fields or [(b"id", "C", 8), (b"name", "C", 30)]
    (folder / f"{name}.dbf").write_bytes(dbf(fields, records))
    if cpg is not None:
        (folder / f"{name}.cpg").write_text(cpg)
    if shapes is None:
        return folder / f"{name}.dbf"
    (folder / f"{name}.shp").write_bytes(shp(*shapes))
    if prj:
        (folder / f"{name}.prj").write_text(prj)
    return folder / f"{name}.shp"
