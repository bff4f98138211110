package dev.warren.embed.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.warren.embed.proxy.Rig;
import dev.warren.embed.proxy.relay.Connection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StdioForwardTest {
  private final Rig rig = new Rig();

  @AfterEach
  void end() throws IOException {
    rig.close();
  }

  private StdioForward dial(int port) throws IOException {
    InetSocketAddress target = InetSocketAddress.createUnresolved("127.0.0.1", port);
    return rig.keep(StdioForward.dial(rig, target, rig.limits, rig.counters));
  }

  @Test
  void theEndOfTheInputIsNotTheEnd() throws IOException {
    int port =
        rig.origin(
            socket -> {
              int heard = socket.getInputStream().readAllBytes().length;
              socket.getOutputStream().write(Rig.ascii("heard " + heard));
            });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    dial(port).run(new ByteArrayInputStream(new byte[200_000]), out);
    assertEquals("heard 200000", out.toString(StandardCharsets.UTF_8));
    assertEquals(200_000, rig.counters.fromClientBytes());
  }

  @Test
  void theHostEndsIt() throws IOException {
    int port = rig.origin(socket -> socket.getOutputStream().write('x'));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // An input that never says anything.
    try (PipedInputStream in = new PipedInputStream(new PipedOutputStream())) {
      dial(port).run(in, out);
    }
    assertEquals(1, out.size());
  }

  @Test
  void failuresAreTold() throws IOException {
    assertThrows(IOException.class, () -> dial(Rig.nobody()));
    int resetting =
        rig.origin(
            socket -> {
              socket.getInputStream().read();
              Connection.reset(socket);
            });
    StdioForward reset = dial(resetting);
    try (PipedOutputStream said = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(said)) {
      said.write('x');
      assertThrows(IOException.class, () -> reset.run(in, new ByteArrayOutputStream()));
    }
    int talking = rig.origin(socket -> socket.getOutputStream().write(new byte[100_000]));
    StdioForward unheard = dial(talking);
    assertThrows(
        IOException.class, () -> unheard.run(new ByteArrayInputStream(new byte[0]), new Closed()));
  }

  private static final class Closed extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("Broken pipe");
    }
  }
}
