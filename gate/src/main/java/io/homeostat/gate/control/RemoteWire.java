package io.homeostat.gate.control;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** To a gate on another machine, with TLS of which both sides know each other. */
final class RemoteWire implements GateClient.Wire {

    private final InetSocketAddress address;
    private final SSLContext tls;

    RemoteWire(InetSocketAddress address, SSLContext tls) {
        this.address = address;
        this.tls = tls;
    }

    @Override
    public byte[] once(byte[] request, long deadline) throws IOException {
        try (Socket raw = new Socket()) {
            raw.connect(address, left(deadline));
            raw.setTcpNoDelay(true);
            raw.setSoTimeout(left(deadline));
            try (SSLSocket socket = (SSLSocket) tls.getSocketFactory()
                    .createSocket(raw, address.getAddress().getHostAddress(), address.getPort(), true)) {
                socket.getOutputStream().write(request);
                return answer(socket, deadline);
            }
        }
    }

    private static byte[] answer(SSLSocket socket, long deadline) throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        byte[] buffer = new byte[16 << 10];
        while (true) {
            socket.setSoTimeout(left(deadline));
            int count = in.read(buffer);
            if (count < 0) {
                throw new IOException("it closed the connection before it answered");
            }
            answer.write(buffer, 0, count);
            if (buffer[count - 1] == '\n') {
                return answer.toByteArray();
            }
            if (answer.size() >= ControlSocket.MAX_LINE) {
                throw new IOException("its answer is too long");
            }
        }
    }

    private static int left(long deadline) throws IOException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
            throw new IOException("its time was up");
        }
        return Math.toIntExact(Math.min(left, Integer.MAX_VALUE));
    }

    @Override
    public String help() {
        return "its log may say why";
    }

    @Override
    public String toString() {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
