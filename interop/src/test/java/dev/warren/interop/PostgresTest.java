package dev.warren.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.embed.PeerSettings;
import dev.warren.embed.Tunnel;
import dev.warren.embed.Tunnels;
import dev.warren.hosttest.HostTest;
import dev.warren.interop.host.Await;
import dev.warren.interop.host.Command;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that are not ours, through a tunnel: {@code near} is the program's, {@code far} serves.
 */
@Timeout(60)
class PostgresTest {
  private static final String NEAR_KEY = "YAnz5TF+lXXJte14tji3zlMNftft3lj0R0lRzMNdvUs=";
  private static final String FAR_KEY = "GNn5A8gl1PJk8F2YnfT7m8rfkyOT2GJDjA2AhXTHPmU=";
  private static final String FAR = "10.9.0.1";

  private final Tunnel far;
  private final Tunnel near;

  PostgresTest() throws IOException {
    far = Tunnel.builder().privateKey(FAR_KEY).address("10.9.0.1/24").name("far").open();
    near =
        Tunnel.builder()
            .privateKey(NEAR_KEY)
            .address("10.9.0.2/24")
            .name("near")
            .peer(
                PeerSettings.of(far.status().publicKey(), "10.9.0.0/24")
                    .at("127.0.0.1:" + far.status().listenPort()))
            .open();
    far.addPeer(PeerSettings.of(near.status().publicKey(), "10.9.0.2/32"));
  }

  @AfterEach
  void close() {
    near.close();
    far.close();
  }

  @Test
  @HostTest(
      tun = false,
      commands = {"setpriv", "pg_ctlcluster"})
  void postgresByJdbc(@TempDir Path folder) throws Exception {
    Path programs = Path.of("/usr/lib/postgresql");
    try (var found = Files.walk(programs, 3)) {
      programs = found.filter(p -> p.endsWith("initdb")).findFirst().orElseThrow().getParent();
    }
    Path data = folder.resolve("data");
    Files.createDirectory(data);
    Command.run("chown", "-R", "65534:65534", data.toString());
    Command.run("chmod", "711", folder.toString());
    String[] nobody = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    Command.run(joined(nobody, programs + "/initdb", "-A", "trust", "-U", "me", "-D", "" + data));
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Process postgres =
        new ProcessBuilder(
                joined(
                    nobody,
                    programs + "/postgres",
                    "-D",
                    "" + data,
                    "-p",
                    "" + port,
                    "-h",
                    "127.0.0.1",
                    "-k",
                    "" + data,
                    "-F"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try (ServerSocket forward = far.listen(5432)) {
      Thread.ofVirtual().start(() -> forward(forward, port));
      Await.until(
          () -> "postgres",
          Duration.ofSeconds(60),
          () -> {
            try (Socket probe = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
              return probe.isConnected();
            } catch (IOException e) {
              return false;
            }
          });
      query();
    } finally {
      // SIGTERM would wait for connections to end.
      Command.run("kill", "-INT", "" + postgres.pid());
      boolean ended = postgres.waitFor(20, TimeUnit.SECONDS);
      postgres.destroyForcibly();
      assertTrue(ended, () -> "still running after SIGINT: " + postgres);
    }
  }

  private void query() throws Exception {
    Tunnels.register("near", near);
    Properties properties = new Properties();
    properties.setProperty("user", "me");
    properties.setProperty("socketFactory", "dev.warren.embed.TunnelSocketFactory");
    properties.setProperty("socketFactoryArg", "near");
    properties.setProperty("socketTimeout", "60");
    try (Connection connection =
            DriverManager.getConnection("jdbc:postgresql://" + FAR + "/postgres", properties);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table t as select i, md5(i::text) m from generate_series(1,100000) i");
      try (ResultSet rows = statement.executeQuery("select i, m from t order by i")) {
        int count = 0;
        while (rows.next()) {
          count++;
          assertEquals(count, rows.getInt(1));
          assertEquals(32, rows.getString(2).length());
        }
        assertEquals(100_000, count);
      }
    }
  }

  private static String[] joined(String[] first, String... rest) {
    return Stream.of(first, rest).flatMap(Arrays::stream).toArray(String[]::new);
  }

  private static void forward(ServerSocket from, int port) {
    while (!from.isClosed()) {
      try {
        Socket inner = from.accept();
        Socket outer = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        Thread.ofVirtual().start(() -> pump(inner, outer));
        Thread.ofVirtual().start(() -> pump(outer, inner));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      in.transferTo(to.getOutputStream());
    } catch (IOException e) {
      return; // the other direction has ended
    }
  }
}
