package dev.warren.interop.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Files and command lines put together at random from good parts, with a few characters changed. No
 * endpoints by name: what was changed in one would be asked of the resolver.
 */
final class RandomCases {
  private static final String CHARACTERS = "=[]#,/:+-._ \t\r\n\0'`%\\\"09azAZ\u007f\u0080\u00ff";

  private static final List<String> LINES =
      List.of(
          "[Interface]",
          "[Peer]",
          "[Peer]\nPublicKey = " + Keys.PEER_A,
          "[Peer]\nPublicKey = " + Keys.PEER_B,
          "PublicKey = " + Keys.PEER_C,
          "PresharedKey = " + Keys.PRESHARED,
          "PrivateKey = " + Keys.PRIVATE,
          "ListenPort = 51999",
          "ListenPort = domain",
          "FwMark = 0xcafe",
          "FwMark = off",
          "PersistentKeepalive = 25",
          "PersistentKeepalive = off",
          "AllowedIPs = 10.9.0.0/16, fd09::/64, 192.0.2.77",
          "AllowedIPs = 0.0.0.0/0,::/0",
          "AllowedIPs = 10.1.2.3/16",
          "Endpoint = 192.0.2.1:51820",
          "Endpoint = [2001:db8::1]:51820",
          "# comment",
          "");

  private static final List<String> WORDS =
      List.of(
          "listen-port",
          "51999",
          "fwmark",
          "0xcafe",
          "off",
          "peer",
          Keys.PEER_A,
          "peer",
          Keys.PEER_B,
          "remove",
          "allowed-ips",
          "10.9.0.0/16,fd09::/64",
          "persistent-keepalive",
          "25",
          "endpoint",
          "192.0.2.1:51820",
          "preshared-key",
          "/dev/null",
          "private-key");

  private final Random random;

  RandomCases(Random random) {
    this.random = random;
  }

  Case next() {
    if (random.nextInt(4) == 0) {
      List<String> arguments = new ArrayList<>(List.of("set", Case.DEVICE));
      // Mostly a word and the value that belongs to it.
      for (int i = random.nextInt(5); i >= 0; i--) {
        int at = random.nextInt(WORDS.size() - 1);
        arguments.add(WORDS.get(at));
        String value = WORDS.get(at + 1);
        boolean whole = random.nextInt(4) > 0 || value.startsWith("/") || value.contains(":518");
        arguments.add(whole ? value : changed(value).replaceAll("[^ -~]", "x"));
      }
      return Case.of(State.ONE_PEER, arguments.toArray(String[]::new))
          .with("WG_ENDPOINT_RESOLUTION_RETRIES", "0");
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i >= 0; i--) {
      text.append(line()).append(random.nextInt(9) == 0 ? "\r\n" : "\n");
    }
    boolean sync = random.nextInt(3) == 0;
    return Case.of(
            sync ? State.PLAIN_PEER : State.ONE_PEER,
            sync ? "syncconf" : random.nextBoolean() ? "setconf" : "addconf",
            Case.DEVICE,
            Case.FILE)
        .file(text.toString())
        .with("WG_ENDPOINT_RESOLUTION_RETRIES", "0");
  }

  private String line() {
    String line = LINES.get(random.nextInt(LINES.size()));
    if (line.startsWith("Endpoint")) {
      return line;
    }
    return switch (random.nextInt(10)) {
      case 0 -> line.toUpperCase(Locale.ROOT);
      case 1 -> line.replace(" ", "  \t");
      case 2 -> changed(line);
      default -> line;
    };
  }

  /** One character put in, taken out or changed; no argument can hold a NUL. */
  private String changed(String text) {
    int at = random.nextInt(text.length() + 1);
    char put = CHARACTERS.charAt(random.nextInt(CHARACTERS.length()));
    String rest = text.substring(Math.min(text.length(), at + random.nextInt(2)));
    String middle = random.nextInt(3) == 0 ? "" : String.valueOf(put);
    return text.substring(0, at) + middle + rest;
  }
}
