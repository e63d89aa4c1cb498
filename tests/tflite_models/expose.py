"""A model file whose every computed tensor is an output: a difference then shows where it arises."""

import flatbuffers
import pytest


def expose(model: bytes) -> bytes:
    """The same operators; the outputs of the main subgraph are those of all of them, in order."""
    pytest.importorskip("tflite_micro")
    from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

    tree = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(model, 0))
    main = tree.subgraphs[0]
    computed = [int(index) for operator in main.operators for index in operator.outputs]
    main.outputs = [index for index in computed if main.tensors[index].type != schema.TensorType.RESOURCE]
    tree.signatureDefs = []
    builder = flatbuffers.Builder(len(model))
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())
