package dev.warren.embed.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.warren.embed.proxy.Rig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** With what the JDK's own TLS says first. */
class SniForwardTest {
  private final Rig rig = new Rig();

  @AfterEach
  void end() throws IOException {
    rig.close();
  }

  private static byte[] hello(String host) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    if (!host.isEmpty()) {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(host)));
      engine.setSSLParameters(parameters);
    }
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.beginHandshake();
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static ClientHello read(byte[] bytes) throws IOException {
    return ClientHello.read(new ByteArrayInputStream(bytes));
  }

  @Test
  void theNameIsRead() throws Exception {
    byte[] hello = hello("www.example.net");
    assertEquals("www.example.net", read(hello).host());
    assertArrayEquals(hello, read(hello).bytes());
    assertNull(read(hello("")).host());
  }

  @Test
  void inManyRecords() throws Exception {
    byte[] hello = hello("www.example.net");
    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    for (int at = 5; at < hello.length; at += 7) {
      int length = Math.min(7, hello.length - at);
      parts.write(new byte[] {22, 3, 1, 0, (byte) length});
      parts.write(hello, at, length);
    }
    assertEquals("www.example.net", read(parts.toByteArray()).host());
  }

  @Test
  void truncatedAndWrong() throws Exception {
    byte[] hello = hello("www.example.net");
    for (int length = 0; length < hello.length; length++) {
      byte[] part = Arrays.copyOf(hello, length);
      assertThrows(EOFException.class, () -> read(part), () -> "at " + part.length);
    }
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int run = 0; run < 20_000; run++) {
      byte[] wrong = hello.clone();
      for (int i = random.nextInt(6); i >= 0; i--) {
        wrong[random.nextInt(wrong.length)] = (byte) random.nextInt(256);
      }
      try {
        String host = read(wrong).host();
        assertTrue(host == null || host.matches("[-._a-zA-Z0-9]+"), () -> "seed " + seed);
      } catch (EOFException e) {
        // A longer one was announced.
      }
    }
  }

  @Test
  void throughTheForward() throws Exception {
    int proxy = rig.serve(new SniForward(rig, rig.limits, rig.echo()));
    Socket client = rig.client(proxy);
    byte[] hello = hello("echo.test");
    client.getOutputStream().write(hello);
    client.getOutputStream().write('x');
    assertArrayEquals(hello, client.getInputStream().readNBytes(hello.length));
    assertEquals("x", Rig.next(client, 1));
    assertEquals("15030300020250", answer(proxy, hello("unknown.test")));
    assertEquals("15030300020270", answer(proxy, hello("")));
    assertEquals("15030300020270", answer(proxy, Rig.ascii("GET / HTTP/1.1\r\n\r\n")));
  }

  private String answer(int proxy, byte[] hello) throws IOException {
    Socket client = rig.client(proxy);
    client.getOutputStream().write(hello);
    return HexFormat.of().formatHex(client.getInputStream().readAllBytes());
  }
}
