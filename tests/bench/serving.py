"""The served model under load, beside MLflow's own server with a bare LightGBM: cd tests && python -m bench.serving [BUNDLE].

Without a bundle's folder one is trained on the spot. Both servers run all the time and are asked in turn, with the same
candidates: ours forecasts all targets with intervals, checks and fair fees, the other one number of one booster. Clients run in
this process, each with its own kept connection, on the same cores as the servers. Processor time is that of the server's
processes. A soak at the end asks ours 10000 times (or as a second argument says) with 10 rows a time from 8 clients.
"""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

import lightgbm
import numpy as np

from bench.streaming import candidates, trained

HEADERS = {"Content-Type": "application/json"}
NUMBERS = ["followers", "posting_frequency", "ad_density", "engagement_rate", "posts"]  # what the bare booster is shown
ROUNDS, REQUESTS = 5, 160  # a round asks each server so often with each load
TICK = os.sysconf("SC_CLK_TCK")


def ours(bundle):
    """The server of `predictor serve` and its port."""
    code = "from predictor.cli.main import main; main()"
    command = [sys.executable, "-u", "-c", code, "serve", "--port", "0", "--model", str(bundle)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    return server, int(re.search(r":(\d+);", server.stdout.readline())[1])


def stock(folder):
    """MLflow's server, as its command starts it, with one booster, and its port."""
    import mlflow.lightgbm

    rows = candidates(20_000, 2)
    booster = lightgbm.LGBMRegressor(n_estimators=500, verbose=-1, n_jobs=1).fit(rows[NUMBERS], np.log(rows["fee"]))
    mlflow.lightgbm.save_model(booster, folder / "bare", pip_requirements=[])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", str(folder / "bare"), "--env-manager", "local"]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # it starts uvicorn by its name
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([*command, "--port", str(port)], env={**os.environ, "PATH": path}, start_new_session=True, **silent)
    return server, port


def body(rows, columns=None):
    """A request with the same candidates for both servers, each column that a server knows."""
    sent = candidates(rows, 1)
    return json.dumps({"dataframe_records": json.loads(sent[columns or [*sent]].to_json(orient="records"))}).encode()


def up(port, sent):
    """Wait until a server answers."""
    while True:
        try:
            return ask(http.client.HTTPConnection("127.0.0.1", port), sent)
        except OSError:
            time.sleep(0.1)


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
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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


def processes(pid):
    """A process and those that it started."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    return [pid, *(one for child in found for one in processes(int(child)))]


def processor(pid):
    """Seconds of processor time that a server has used."""
    fields = [Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in processes(pid)]
    return sum(int(one[11]) + int(one[12]) for one in fields) / TICK


def resident(pid):
    """Megabytes that a process holds."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def loaded(server, port, clients, sent):
    """Of one load: the seconds of every request, processor seconds and requests a second, how many were bad."""
    each, begun, used = max(REQUESTS // clients, 5), time.perf_counter(), processor(server.pid)
    times, bad = asked(port, clients, each, sent)
    return times, (processor(server.pid) - used) / len(times), len(times) / (time.perf_counter() - begun), bad


def compared(servers, rows, clients):
    """Both servers under one load, in turn, and how ours compares."""
    found = {name: [] for name in servers}
    for _ in range(ROUNDS):
        for name, (server, port, columns) in servers.items():
            found[name].append(loaded(server, port, clients, body(rows, columns)))
    middles = {}
    for name, rounds in found.items():
        p50, used, speed = (median(one) for one in zip(*((np.median(t), u, s) for t, u, s, _ in rounds), strict=True))
        speeds, p99 = [one[2] for one in rounds], np.quantile(np.concatenate([one[0] for one in rounds]), 0.99)
        middles[name] = p50, used
        print(
            f"{rows:4d} rows, {clients:2d} clients, {name:6}: p50 {p50 * 1000:6.1f} ms, p99 {p99 * 1000:6.0f} ms, processor "
            f"{used * 1000:6.1f} ms a request, {speed:5.0f} requests/s ({min(speeds):.0f} to {max(speeds):.0f}), "
            f"{sum(one[3] for one in rounds)} bad",
            flush=True,
        )
    time_, used = (mine / theirs for mine, theirs in zip(middles["ours"], middles["MLflow"], strict=True))
    print(f"{rows:4d} rows, {clients:2d} clients: ours takes {time_:.1f} times MLflow's p50, {used:.1f} times its processor time")


def main(arguments):
    with tempfile.TemporaryDirectory() as scratch:
        bundle = Path(arguments[0]) if arguments else trained(Path(scratch))
        begun = time.perf_counter()
        servers = {"ours": (*ours(bundle), None)}
        try:
            up(servers["ours"][1], body(1))
            own = servers["ours"][0]
            print(f"ours is up after {time.perf_counter() - begun:.1f} s, {resident(own.pid):.0f} MB", flush=True)
            servers["MLflow"] = (*stock(Path(scratch)), NUMBERS)
            up(servers["MLflow"][1], body(1, NUMBERS))
            for rows in (1, 100):
                for clients in (1, 8, 32):
                    compared(servers, rows, clients)
            soak = int(arguments[1]) if len(arguments) > 1 else 10_000
            for part in range(5 if soak else 0):
                _, bad = asked(servers["ours"][1], 8, soak // 40, body(10))
                print(f"{(part + 1) * soak // 5:6d} requests: {resident(own.pid):.0f} MB, {bad} bad", flush=True)
        finally:
            for server, *_ in servers.values():
                os.killpg(server.pid, 15)


if __name__ == "__main__":
    main(sys.argv[1:])
