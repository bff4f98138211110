package dev.warren.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.warren.cli.names.ServiceNames;
import dev.warren.cli.uapi.UapiSockets;
import dev.warren.cli.wg.LinuxWgHost;
import dev.warren.cli.wg.WgCommand;
import dev.warren.cli.wg.WgEnvironment;
import dev.warren.engine.Engine;
import dev.warren.engine.Log;
import dev.warren.engine.UapiServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the build runs to learn which classes and methods Warren needs, for the ahead-of-time cache
 * that {@code ./warren} starts from. It needs no root and leaves nothing behind.
 *
 * <p><b>Errors:</b> an exception; then there is no cache, and no harm but a slower start.
 */
final class TrainingRun {
  private static final String NAME = "training";

  private TrainingRun() {}

  /**
   * Runs the data path for about as many seconds as the first argument says; or, when it is {@code
   * short}, only short commands.
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("short")) {
      shortCommands();
      System.exit(0);
    }
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, US_ASCII);
    for (String command : new String[] {"version", "help", "wg"}) {
      Main.run(new String[] {command}, nowhere, nowhere);
    }
    Path folder = Files.createTempDirectory("warren-training");
    try {
      long packets =
          Rehearsal.perform(
              TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[0])),
              engine -> configure(engine, folder));
      System.out.println(packets + " packets");
    } finally {
      Files.deleteIfExists(folder);
    }
    System.exit(0);
  }

  /** Has {@code wg} ask and change a device by its socket. */
  private static void configure(Engine engine, Path folder) throws IOException {
    Log log = new Log(Log.Level.SILENT, line -> {});
    try (UapiServer server = UapiServer.open(folder, NAME, engine, zone -> 0, log)) {
      server.start();
      askByWg(folder);
    }
  }

  private static void askByWg(Path folder) {
    WgEnvironment environment =
        new WgEnvironment(
            new ByteArrayInputStream(new byte[0]),
            OutputStream.nullOutputStream(),
            OutputStream.nullOutputStream(),
            Map.of("WG_COLOR_MODE", "always"),
            new UapiSockets(folder.toFile(), folder.toFile()),
            new ServiceNames(),
            new LinuxWgHost());
    WgCommand.run(environment, "show");
    WgCommand.run(environment, "show", NAME, "dump");
    WgCommand.run(environment, "showconf", NAME);
    WgCommand.run(environment, "set", NAME, "fwmark", "0");
  }

  /** No device is made: its classes would be loaded with every cache that has them. */
  private static void shortCommands() throws IOException {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, US_ASCII);
    Main.run(new String[] {"wg"}, nowhere, nowhere);
    Path folder = Files.createTempDirectory("warren-training");
    Path socket = folder.resolve(NAME + ".sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Thread.ofPlatform().daemon().start(() -> answerAll(server));
      askByWg(folder);
    } finally {
      Files.deleteIfExists(socket);
      Files.deleteIfExists(folder);
    }
  }

  private static void answerAll(ServerSocketChannel server) {
    String key = "0123456789abcdef".repeat(4);
    String answer =
        """
        private_key=%1$s
        listen_port=51820
        public_key=%1$s
        endpoint=192.0.2.1:51820
        last_handshake_time_sec=1
        last_handshake_time_nsec=0
        tx_bytes=1000000
        rx_bytes=1000000
        persistent_keepalive_interval=25
        allowed_ip=10.0.0.0/24
        allowed_ip=fd00::/64
        protocol_version=1
        errno=0

        """
            .formatted(key);
    try {
      while (true) {
        try (SocketChannel client = server.accept()) {
          // Who only looks whether somebody listens says nothing, and hears nothing.
          if (client.read(ByteBuffer.allocate(4096)) > 0) {
            client.write(ByteBuffer.wrap(answer.getBytes(US_ASCII)));
          }
        }
      }
    } catch (IOException e) {
      // Closed: all was asked.
    }
  }
}
