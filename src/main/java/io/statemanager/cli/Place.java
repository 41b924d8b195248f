package io.statemanager.cli;

import io.statemanager.runtime.RunOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Where a manager is looked for: its unix socket, or a URL.
 *
 * @param text how errors name it
 * @param host what is sent as {@code Host}
 * @param token what proves us, where the place asks for it
 * @param hint what to do where nobody answers
 */
record Place(String text, Opener opener, String host, Optional<String> token, String hint) {
    private static final int CONNECT_TIMEOUT_MS = 5_000;

    /** Connects. */
    @FunctionalInterface
    interface Opener {
        Connection open() throws IOException;
    }

    static Place socket(Path dataDir, Path socketDir) {
        Path directory =
                (socketDir == null ? dataDir : socketDir).toAbsolutePath().normalize();
        Path socket = directory.resolve("control.sock");
        return new Place(
                "unix:" + socket,
                () -> unix(socket),
                RunOptions.DEFAULT_CONTROL_HOST,
                Optional.empty(),
                "start one with `state-manager --data-dir " + dataDir
                        + " -- COMMAND`, or say where it is with --data-dir DIR,"
                        + " or with --url http://HOST:PORT and CONTROLLER_TOKEN");
    }

    /** @param controlHost the {@code Host} to send, or null for the usual one */
    static Place url(URI url, String controlHost, String token) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        boolean bare = url.getPath() == null
                || url.getPath().isEmpty()
                || url.getPath().equals("/");
        if (!(secure || scheme.equals("http")) || url.getHost() == null || !bare) {
            throw new IllegalArgumentException("--url: http://HOST:PORT or https://HOST:PORT is expected");
        }
        String name = url.getHost().replaceAll("^\\[|]$", "");
        int port = url.getPort() >= 0 ? url.getPort() : secure ? 443 : 80;
        String usual = secure ? url.getRawAuthority() : RunOptions.DEFAULT_CONTROL_HOST;
        return new Place(
                url.toString(),
                () -> secure ? tls(name, port) : tcp(name, port),
                controlHost == null ? usual : controlHost,
                Optional.ofNullable(token).filter(text -> !text.isBlank()),
                "is it running, and is this its address? its log says where it listens");
    }

    private static Connection unix(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        return new Connection(channel, Channels.newInputStream(channel), Channels.newOutputStream(channel));
    }

    private static Connection tcp(String host, int port) throws IOException {
        Socket socket = connect(host, port);
        return new Connection(socket, socket.getInputStream(), socket.getOutputStream());
    }

    private static Connection tls(String host, int port) throws IOException {
        Socket plain = connect(host, port);
        SSLSocket socket =
                (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new Connection(socket, socket.getInputStream(), socket.getOutputStream());
    }

    private static Socket connect(String host, int port) throws IOException {
        IOException failure = null;
        for (InetAddress address : InetAddress.getAllByName(host)) {
            Socket socket = new Socket();
            try {
                socket.connect(new InetSocketAddress(address, port), CONNECT_TIMEOUT_MS);
                return socket;
            } catch (IOException e) {
                socket.close();
                failure = e;
            }
        }
        throw failure == null ? new IOException("no address for " + host) : failure;
    }
}
