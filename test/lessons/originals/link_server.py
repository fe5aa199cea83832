"""Lesson 2: the link loop. A connection for each request."""
import socket
import sys

sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind((sys.argv[1], int(sys.argv[2])))
sock.listen(5)
while True:
    conn, addr = sock.accept()
    print(conn, addr, flush=True)
    data = conn.recv(1024)
    conn.send(data.upper())
    conn.close()
