package dev.warren.embed.examples;

import dev.warren.embed.PeerSettings;
import dev.warren.embed.PeerStatus;
import dev.warren.embed.Tunnel;
import dev.warren.embed.TunnelListener;
import dev.warren.embed.Tunnels;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** The code of docs/embedding.md, which is compared with this. */
final class Examples {
  private Examples() {}

  static String fetch() throws IOException {
    try (Tunnel tunnel = Tunnel.open(Path.of("office.conf"));
        Socket socket = tunnel.dial("10.0.0.1", 80)) {
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static Tunnel build(String privateKey, String officeKey) throws IOException {
    return Tunnel.builder()
        .privateKey(privateKey)
        .address("10.0.0.2/24")
        .dns("10.0.0.1")
        .peer(
            PeerSettings.of(officeKey, "10.0.0.0/24")
                .at("office.example.net:51820")
                .withKeepalive(25))
        .open();
  }

  static void serve(Tunnel tunnel) throws IOException {
    try (ServerSocket server = tunnel.listen(8080)) {
      while (true) {
        Socket client = server.accept();
        PeerStatus who = tunnel.whoIs(client.getInetAddress());
        Thread.startVirtualThread(() -> greet(client, who == null ? "?" : who.publicKey()));
      }
    }
  }

  static void greet(Socket client, String who) {
    try (client) {
      client.getOutputStream().write(("Hello, " + who + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It went away.
    }
  }

  static DatagramPacket ask(Tunnel tunnel, byte[] question) throws IOException {
    try (DatagramSocket socket = tunnel.datagrams(0)) {
      socket.setSoTimeout(5000);
      socket.send(
          new DatagramPacket(
              question,
              question.length,
              new InetSocketAddress(tunnel.resolve("ntp").getFirst(), 123)));
      DatagramPacket answer = new DatagramPacket(new byte[1500], 1500);
      socket.receive(answer);
      return answer;
    }
  }

  static Socket secure(Tunnel tunnel) throws IOException {
    Socket plain = tunnel.dial("mail.office.example", 993);
    SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) tls.createSocket(plain, "mail.office.example", 993, true);
    socket.startHandshake();
    return socket;
  }

  static HttpClient http(Tunnel tunnel) throws IOException {
    return HttpClient.newBuilder().proxy(tunnel.proxySelector()).build();
  }

  static Properties database(Tunnel tunnel) {
    Tunnels.register("office", tunnel);
    Properties properties = new Properties();
    properties.setProperty("socketFactory", "dev.warren.embed.TunnelSocketFactory");
    properties.setProperty("socketFactoryArg", "office");
    return properties;
  }

  static void watch(Tunnel tunnel) throws IOException {
    System.out.println(tunnel.ping(InetAddress.ofLiteral("10.0.0.1"), Duration.ofSeconds(2)));
    for (PeerStatus peer : tunnel.status().peers()) {
      System.out.println(peer.endpoint() + " " + peer.lastHandshake() + " " + peer.receivedBytes());
    }
    tunnel.addListener(
        new TunnelListener() {
          @Override
          public void peerSilent(PeerStatus peer) {
            System.out.println("no answer from " + peer.endpoint());
          }
        });
  }

  static void change(Tunnel tunnel, String laptopKey) throws IOException {
    tunnel.addPeer(PeerSettings.of(laptopKey, "10.0.0.7/32"));
    tunnel.removePeer(laptopKey);
    tunnel.reload(Path.of("office.conf"));
  }
}
