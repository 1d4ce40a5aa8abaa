# Calls one function: the request is JSON on the input, what it returns is one line of JSON on the output.
import importlib
import inspect
import json
import os
import sys

request = json.load(sys.stdin)
sys.path.insert(0, os.getcwd())
# What the function itself prints is no answer.
answer = sys.stdout
sys.stdout = sys.stderr
function = getattr(importlib.import_module(request["module"]), request["func"])
arguments = dict(request["arguments"])
wanted = inspect.signature(function).parameters
for name in ("configuration", "secrets"):
    if name in wanted and name not in arguments:
        arguments[name] = request[name]
result = function(**arguments)
answer.write("\n" + json.dumps(result, default=str) + "\n")
