"""The served model under load: cd tests && python -m bench.serving [BUNDLE] [REQUESTS].

Without a bundle's folder one is trained on the spot. Clients run in this process, each with its own kept connection, on the
same cores as the server; the soak asks REQUESTS times (default 10000) with 10 rows a time from 8 clients.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from bench.streaming import candidates, trained

HEADERS = {"Content-Type": "application/json"}


def started(bundle):
    """The server, its port once it answers, and the seconds until then."""
    begun = time.perf_counter()
    command = [
        sys.executable,
        "-u",
        "-c",
        "from predictor.cli.main import main; main()",
        "serve",
        "--port",
        "0",
        "--model",
        str(bundle),
    ]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    port = int(re.search(r":(\d+);", server.stdout.readline())[1])
    ask(http.client.HTTPConnection("127.0.0.1", port), body(1))
    return server, port, time.perf_counter() - begun


def body(rows):
    return json.dumps({"dataframe_records": json.loads(candidates(rows, 1).to_json(orient="records"))}).encode()


def ask(connection, sent):
    connection.request("POST", "/invocations", sent, HEADERS)
    reply = connection.getresponse()
    reply.read()
    return reply.status


def asked(port, clients, each, sent):
    """Seconds of every request, and how many did not end in 200."""
    times, bad = [], []

    def client():
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for _ in range(each):
            begun = time.perf_counter()
            if ask(connection, sent) != 200:
                bad.append(1)
            times.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return np.array(times), len(bad)


def resident(pid):
    """Megabytes that a process holds."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def main(arguments):
    with tempfile.TemporaryDirectory() as scratch:
        bundle = Path(arguments[0]) if arguments else trained(Path(scratch))
        server, port, seconds = started(bundle)
        try:
            print(f"{os.cpu_count()} cores; up after {seconds:.1f} s, {resident(server.pid):.0f} MB")
            for rows in (1, 100):
                for clients in (1, 8, 32):
                    begun = time.perf_counter()
                    times, bad = asked(port, clients, max(160 // clients, 5), body(rows))
                    p50, p99 = np.quantile(times, (0.5, 0.99)) * 1000
                    speed = len(times) * rows / (time.perf_counter() - begun)
                    who = f"{rows:4d} rows, {clients:2d} clients"
                    print(f"{who}: p50 {p50:6.0f} ms, p99 {p99:6.0f} ms, {speed:7.0f} rows/s, {bad} bad", flush=True)
            soak = int(arguments[1]) if len(arguments) > 1 else 10_000
            for part in range(5):
                _, bad = asked(port, 8, soak // 40, body(10))
                print(f"{(part + 1) * soak // 5:6d} requests: {resident(server.pid):.0f} MB, {bad} bad", flush=True)
        finally:
            server.terminate()


if __name__ == "__main__":
    main(sys.argv[1:])
