"""gRPC's own library on both sides: `serve` prints its port; `call ADDRESS` prints what its calls ended with."""
import sys
from concurrent import futures

import grpc

ENDS = {b"ok": None, b"not-found": grpc.StatusCode.NOT_FOUND, b"internal": grpc.StatusCode.INTERNAL}


def end(request, context):
    code = ENDS[bytes(request)]
    if code is not None:
        context.abort(code, "as asked")
    return request


def count(request, context):
    for i in range(int(request)):
        yield b"%d" % i


def echo(requests, context):
    for request in requests:
        yield request


def serve():
    server = grpc.server(futures.ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t.T", {
        "End": grpc.unary_unary_rpc_method_handler(end),
        "Count": grpc.unary_stream_rpc_method_handler(count),
        "Echo": grpc.stream_stream_rpc_method_handler(echo),
    }),))
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    sys.stdin.read()  # until whoever started this is gone


def call(address):
    with grpc.insecure_channel(address) as channel:
        one = channel.unary_unary("/t.T/End")
        for word in (b"ok", b"not-found", b"internal"):
            try:
                one(word, timeout=20)
                print("OK")
            except grpc.RpcError as error:
                print(error.code().name)
        numbers = list(channel.unary_stream("/t.T/Count")(b"200", timeout=20))
        print(len(numbers), numbers[-1].decode())
        large = [bytes([i]) * 100_000 for i in range(20)]
        print(list(channel.stream_stream("/t.T/Echo")(iter(large), timeout=20)) == large)


if sys.argv[1] == "serve":
    serve()
else:
    call(sys.argv[2])
