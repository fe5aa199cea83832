"""Lesson 2: one request, one answer, and both end."""
import socket
import sys
import time

sock = socket.socket()
sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
sock.bind((sys.argv[1], int(sys.argv[2])))
sock.listen(5)
conn, addr = sock.accept()
print(conn.recv(1024))
conn.send(b"helloworld")
time.sleep(1)
conn.close()
sock.close()
