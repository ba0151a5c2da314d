"""Structs of datafusion-ffi between a JVM and Python in one process: a PyCapsule is a name and an address, and so is
Java's Capsule."""

import ctypes

import jpype

_api = ctypes.pythonapi
_api.PyCapsule_New.restype = ctypes.py_object
_api.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
_api.PyCapsule_GetName.restype = ctypes.c_char_p
_api.PyCapsule_GetName.argtypes = [ctypes.py_object]
_api.PyCapsule_GetPointer.restype = ctypes.c_void_p
_api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]

# A PyCapsule points to its name, which therefore has to stay.
_names = {}


class FromJava:
    """Wraps a call that makes a Java capsule, as the object that Python's package imports: it asks for a capsule by the
    method that has its name, clones the struct, and lets go of it."""

    def __init__(self, export):
        self._export = export

    def __getattr__(self, method):
        name = method.strip("_")
        if method != f"__{name}__" or not name.startswith("datafusion_") or name == "datafusion_codec_id":
            raise AttributeError(method)
        return self._capsule

    def _capsule(self, *_session):
        self._open = self._export()  # open until the next one; Python has cloned it by then
        name = str(self._open.name())
        return _api.PyCapsule_New(self._open.address(), _names.setdefault(name, name.encode()), None)


def to_java(capsule):
    """Answers a Java capsule with a clone of the struct of Python's, to be closed after use."""
    name = _api.PyCapsule_GetName(capsule)
    Capsule = jpype.JClass("io.datafusion.capsule.Capsule")
    return Capsule.copyOf(name.decode(), _api.PyCapsule_GetPointer(capsule, name))
