#!/usr/bin/env python3
"""Makes scenes/pump-station/station.glb: a tank, a pump and the pipes between them, of plain shapes."""

import json
import math
import pathlib
import struct

positions, normals, indices, parts = [], [], [], {}


def begin(name, material):
    parts[name] = {"material": material, "first": len(indices), "base": len(positions)}
    return parts[name]


def end(part):
    part["count"] = len(indices) - part["first"]


def quad(a, b, c, d, n):
    at = len(positions)
    positions.extend([a, b, c, d])
    normals.extend([n] * 4)
    indices.extend([at, at + 1, at + 2, at, at + 2, at + 3])


def box(low, high):
    (x0, y0, z0), (x1, y1, z1) = low, high
    quad((x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1), (0, 0, 1))
    quad((x1, y0, z0), (x0, y0, z0), (x0, y1, z0), (x1, y1, z0), (0, 0, -1))
    quad((x1, y0, z1), (x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (1, 0, 0))
    quad((x0, y0, z0), (x0, y0, z1), (x0, y1, z1), (x0, y1, z0), (-1, 0, 0))
    quad((x0, y1, z1), (x1, y1, z1), (x1, y1, z0), (x0, y1, z0), (0, 1, 0))
    quad((x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1), (0, -1, 0))


def turned(axis, along, a, b):
    """A place `along` an axis, and `a`, `b` across it."""
    return {"x": (along, a, b), "y": (b, along, a), "z": (a, b, along)}[axis]


def cylinder(axis, middle, radius, length, corners=40, dome=0.0):
    mx, my, mz = middle
    put = lambda p: (p[0] + mx, p[1] + my, p[2] + mz)
    ring = [i * math.tau / corners for i in range(corners + 1)]
    at = len(positions)
    for t in ring:
        c, s = math.cos(t), math.sin(t)
        for end_at in (-length / 2, length / 2):
            positions.append(put(turned(axis, end_at, radius * c, radius * s)))
            normals.append(turned(axis, 0, c, s))
    for i in range(corners):
        a = at + 2 * i
        indices.extend([a, a + 2, a + 1, a + 1, a + 2, a + 3])
    for sign in (-1, 1):
        at = len(positions)
        positions.append(put(turned(axis, sign * (length / 2 + dome), 0, 0)))
        normals.append(turned(axis, sign, 0, 0))
        for t in ring:
            c, s = math.cos(t), math.sin(t)
            positions.append(put(turned(axis, sign * length / 2, radius * c, radius * s)))
            normals.append(turned(axis, sign, 0, 0))
        for i in range(corners):
            pair = (at + 1 + i, at + 2 + i) if sign > 0 else (at + 2 + i, at + 1 + i)
            indices.extend([at, *pair])


STEEL, CONCRETE, PAINT, DARK = range(4)
part = begin("Slab", CONCRETE)
box((-6.5, -0.3, -4), (6.5, 0, 4))
box((3.6, 0, -0.7), (5.9, 0.35, 0.7))
end(part)
part = begin("Tank", STEEL)
cylinder("y", (-3.4, 2.5, 0), 1.9, 4.4, 64, 0.5)
for height in (0.35, 2.5, 4.6):
    cylinder("y", (-3.4, height, 0), 1.96, 0.12, 64)
end(part)
part = begin("Pump", PAINT)
cylinder("x", (4.05, 0.95, 0), 0.48, 0.7)
cylinder("x", (5.1, 0.95, 0), 0.40, 1.3)
box((4.4, 0.35, -0.32), (5.75, 0.62, 0.32))
end(part)
part = begin("Pipes", DARK)
cylinder("x", (1.1, 0.95, 0), 0.22, 5.4)
cylinder("y", (4.05, 2.4, 0), 0.22, 2.4)
cylinder("x", (5.2, 3.6, 0), 0.22, 2.4)
for x in (-1.35, 1.1, 3.6):
    cylinder("x", (x, 0.95, 0), 0.32, 0.1)
end(part)

floats = lambda rows: b"".join(struct.pack("<3f", *row) for row in rows)
blobs = [floats(positions), floats(normals), b"".join(struct.pack("<I", i) for i in indices)]
views, offset = [], 0
for blob in blobs:
    views.append({"buffer": 0, "byteOffset": offset, "byteLength": len(blob)})
    offset += len(blob)
low = [min(p[i] for p in positions) for i in range(3)]
high = [max(p[i] for p in positions) for i in range(3)]
accessors = [
    {"bufferView": 0, "componentType": 5126, "count": len(positions), "type": "VEC3", "min": low, "max": high},
    {"bufferView": 1, "componentType": 5126, "count": len(normals), "type": "VEC3"},
]
meshes, nodes = [], [{"name": "Station", "children": []}]
for name, part in parts.items():
    accessors.append(
        {"bufferView": 2, "byteOffset": 4 * part["first"], "componentType": 5125, "count": part["count"], "type": "SCALAR"}
    )
    primitive = {"attributes": {"POSITION": 0, "NORMAL": 1}, "indices": len(accessors) - 1, "material": part["material"]}
    meshes.append({"name": name, "primitives": [primitive]})
    nodes[0]["children"].append(len(nodes))
    nodes.append({"name": name, "mesh": len(meshes) - 1})


def material(name, color, metallic, roughness):
    pbr = {"baseColorFactor": [*color, 1], "metallicFactor": metallic, "roughnessFactor": roughness}
    return {"name": name, "pbrMetallicRoughness": pbr, "doubleSided": True}


materials = [
    material("steel", (0.72, 0.74, 0.75), 0.3, 0.45),
    material("concrete", (0.48, 0.48, 0.46), 0.0, 0.95),
    material("paint", (0.30, 0.36, 0.40), 0.1, 0.5),
    material("pipe", (0.40, 0.43, 0.45), 0.4, 0.5),
]
document = {
    "asset": {"version": "2.0", "generator": "scripts/pump_station.py"},
    "scene": 0,
    "scenes": [{"nodes": [0]}],
    "nodes": nodes,
    "meshes": meshes,
    "materials": materials,
    "accessors": accessors,
    "bufferViews": views,
    "buffers": [{"byteLength": offset}],
}
text = json.dumps(document, separators=(",", ":")).encode()
text += b" " * (-len(text) % 4)
data = b"".join(blobs)
data += b"\0" * (-len(data) % 4)
out = pathlib.Path(__file__).resolve().parent.parent / "scenes/pump-station/station.glb"
out.write_bytes(
    b"glTF" + struct.pack("<II", 2, 28 + len(text) + len(data))
    + struct.pack("<I", len(text)) + b"JSON" + text
    + struct.pack("<I", len(data)) + b"BIN\0" + data
)
