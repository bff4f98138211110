package dev.warren.interop.tool;

import dev.warren.interop.host.Identity;
import dev.warren.interop.host.Uapi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** States that an interface is put into before a case, as lines of the configuration protocol. */
enum State {
  EMPTY,
  DEVICE("private_key=" + Identity.hex(Keys.PRIVATE), "listen_port=51999", "fwmark=4660"),
  ONE_PEER(
      "private_key=" + Identity.hex(Keys.PRIVATE),
      "listen_port=51999",
      "public_key=" + Identity.hex(Keys.PEER_A),
      "preshared_key=" + Identity.hex(Keys.PRESHARED),
      "endpoint=192.0.2.7:1234",
      "persistent_keepalive_interval=25",
      "allowed_ip=10.1.0.0/16",
      "allowed_ip=fd01::/64",
      "allowed_ip=::1.2.3.4/128"),
  /** What syncconf starts from: Debian's keeps what a file no longer says, and ours clears it. */
  PLAIN_PEER(
      "private_key=" + Identity.hex(Keys.PRIVATE),
      "listen_port=51999",
      "public_key=" + Identity.hex(Keys.PEER_A),
      "endpoint=192.0.2.7:1234",
      "allowed_ip=10.1.0.0/16",
      "public_key=" + Identity.hex(Keys.PEER_C),
      "allowed_ip=10.7.0.0/16"),
  BARE_PEER("public_key=" + Identity.hex(Keys.PEER_A)),
  PEERS(
      "private_key=" + Identity.hex(Keys.PRIVATE),
      "fwmark=4294967295",
      "public_key=" + Identity.hex(Keys.PEER_B),
      "endpoint=[2001:db8::7]:65535",
      "allowed_ip=0.0.0.0/0",
      "allowed_ip=::/0",
      "public_key=" + Identity.hex(Keys.PEER_A),
      "preshared_key=" + Identity.hex(Keys.PRESHARED),
      "persistent_keepalive_interval=65535",
      "public_key=" + Identity.hex(Keys.PEER_C),
      "endpoint=[::ffff:192.0.2.9]:9",
      "allowed_ip=10.2.0.1/32");

  private final String lines;

  State(String... lines) {
    this.lines = String.join("\n", lines);
  }

  /** Puts the interface behind this socket into this state. */
  void set(Path socket) {
    List<String> request =
        new ArrayList<>(
            List.of(
                "set=1",
                "private_key=" + "0".repeat(64),
                "listen_port=0",
                "fwmark=0",
                "replace_peers=true"));
    lines.lines().forEach(request::add);
    Uapi.Answer answer = Uapi.request(socket, request.toArray(String[]::new));
    if (answer.errno() != 0) {
      throw new AssertionError(this + ": errno " + answer.errno());
    }
  }

  /** What the interface behind this socket is, peers in the order of their keys. */
  static List<String> get(Path socket) {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    for (String line : Uapi.request(socket, "get=1").lines()) {
      if (line.startsWith("public_key=")) {
        blocks.add(block.toString());
        block.setLength(0);
      }
      block.append(line).append('\n');
    }
    blocks.add(block.toString());
    Collections.sort(blocks.subList(1, blocks.size()));
    return blocks;
  }
}
