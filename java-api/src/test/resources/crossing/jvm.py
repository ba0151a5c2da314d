"""A JVM in this process, started with `LIBJVM CLASSPATH` of the command line, and capsules to and fro."""

import ctypes
import sys

import jpype

jpype.startJVM(
    sys.argv[1],
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "-Djava.class.path=" + sys.argv[2],
)
Java = jpype.JClass("crossing.capsule.JavaSide")
Capsule = jpype.JClass("io.datafusion.capsule.Capsule")

py = ctypes.pythonapi
py.PyCapsule_New.restype = ctypes.py_object
py.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
py.PyCapsule_GetPointer.restype = ctypes.c_void_p
py.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
py.PyCapsule_GetName.restype = ctypes.c_char_p
py.PyCapsule_GetName.argtypes = [ctypes.py_object]
NAMES = {}


def to_python(capsule):
    """A PyCapsule of a Java capsule, which has to stay open until Python has cloned the struct."""
    name = NAMES.setdefault(str(capsule.name()), str(capsule.name()).encode())
    return py.PyCapsule_New(capsule.address(), name, None)


class Exported:
    """What Python's getters ask for; each makes a capsule anew, and the last is kept open."""

    def __init__(self, make):
        self.make = make

    def export(self, *_):
        self.open = self.make()
        return to_python(self.open)

    __datafusion_scalar_udf__ = export
    __datafusion_aggregate_udf__ = export
    __datafusion_window_udf__ = export
    __datafusion_table_function__ = export
    __datafusion_table_provider__ = export
    __datafusion_logical_extension_codec__ = export
    __datafusion_physical_extension_codec__ = export


def raw(capsule):
    """A Java capsule of a PyCapsule."""
    name = py.PyCapsule_GetName(capsule)
    return Capsule.copyOf(name.decode(), py.PyCapsule_GetPointer(capsule, name))


def show(label, value):
    print(f"{label}: {value}", flush=True)


def failure(call):
    try:
        return f"no failure, but {call()}"
    except BaseException as e:
        return str(e).replace("\n", " ")
