package dev.warren.interop.tool;

import java.util.ArrayList;
import java.util.List;

/** The command lines and files, made from lists of values. */
final class Cases {
  private static final List<String> PARAMETERS =
      List.of(
          "public-key",
          "private-key",
          "listen-port",
          "fwmark",
          "peers",
          "preshared-keys",
          "endpoints",
          "allowed-ips",
          "latest-handshakes",
          "transfer",
          "persistent-keepalive",
          "dump",
          "nonsense",
          "");

  private static final List<String> PORTS =
      List.of(
          "0",
          "1",
          "51820",
          "65535",
          "65536",
          "70000",
          "+7",
          "-1",
          "-2",
          "007",
          "0x10",
          "1e3",
          "12a",
          "domain",
          "ntp",
          "nfs",
          "http",
          "no-such-service",
          "4294967295",
          "4294967296",
          "18446744073709551615",
          "99999999999999999999999",
          "*",
          "1,2",
          "DOMAIN",
          "-18446744073709551615");

  private static final List<String> MARKS =
      List.of(
          "off",
          "OFF",
          "oFf",
          "0",
          "1",
          "010",
          "0x1",
          "0xff",
          "0xFF",
          "0X10",
          "0x",
          "0xg",
          "4294967295",
          "4294967296",
          "0xffffffff",
          "0x100000000",
          "-1",
          "+1",
          "1off",
          "offf",
          "18446744073709551616",
          "1.0",
          "0x0x1",
          "abc");

  private static final List<String> KEEPALIVES =
      List.of(
          "off",
          "Off",
          "0",
          "1",
          "25",
          "65535",
          "65536",
          "-1",
          "+1",
          "0x10",
          "007",
          "25s",
          "on",
          "99999999999999999999",
          "1,2");

  private static final List<String> KEYS =
      List.of(
          Keys.PEER_A,
          Keys.PEER_B,
          Keys.PEER_A.substring(1),
          Keys.PEER_A + "=",
          Keys.PEER_A.replace('D', '!'),
          "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dh=",
          "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dgg",
          "A".repeat(43) + "=",
          "/".repeat(42) + "8=",
          "/".repeat(43) + "=",
          "0".repeat(64),
          "key",
          "=");

  private static final List<String> PREFIXES =
      List.of(
          "10.0.0.0/8",
          "10.0.0.1",
          "10.0.0.1/8",
          "10.0.0.1/32",
          "0.0.0.0/0",
          "1.2.3.4/0",
          "10.0.0.0/33",
          "10.0.0.0/",
          "10.0.0.0/-1",
          "10.0.0.0/+8",
          "10.0.0.0/08",
          "10.0.0.0/8/9",
          "10.0.0.0/8x",
          "10.0.0/8",
          "010.0.0.0/8",
          "10.0.0.256/8",
          "/8",
          ",",
          "10.0.0.0/8,",
          ",10.0.0.0/8",
          "10.0.0.0/8,,10.1.0.0/16",
          "10.0.0.0/8,10.0.0.0/8",
          "10.0.0.0/8,192.168.0.0/16,172.16.0.0/12",
          "10.0.0.0/8,10.0.0.0/99",
          "fd00::/8",
          "fd00::1",
          "fd00::1/8",
          "fd00::1/127",
          "::/0",
          "::1/128",
          "fd00::/129",
          "fd00:/8",
          "fd00::1::/8",
          "FD00::/8",
          "::ffff:10.0.0.1/128",
          "::10.0.0.1/128",
          "fe80::1%lo/128",
          "1:2:3:4:5:6:7:8/128",
          "1:0:0:4:0:0:0:8/128",
          "1:2:3:4:5:6:7:8:9/128",
          "10.0.0.0/8,fd00::/8,bad",
          "10.0.0.0/99999999999999999999",
          "10.0.0.0\\8",
          "any",
          "10.0.0.1/31",
          "255.255.255.255/1",
          "fd00:0:0:1::/63",
          "1.2.3.4.5",
          "0x0a000000/8");

  private static final List<String> ENDPOINTS =
      List.of(
          "192.0.2.1:51820",
          "192.0.2.1:0",
          "192.0.2.1:domain",
          "192.0.2.1:65536",
          "192.0.2.1:",
          "192.0.2.1",
          ":51820",
          ":",
          "",
          "192.0.2.1:-1",
          "192.0.2.1:nope",
          "[2001:db8::1]:51820",
          "[2001:db8::1]",
          "[2001:db8::1]:",
          "[2001:db8::1",
          "[2001:db8::1]51820",
          "[]:1",
          "2001:db8::1:51820",
          "2001:db8:0:0:0:0:0:1:7",
          "[192.0.2.1]:7",
          "[2001:DB8::1]:7",
          "[::ffff:192.0.2.1]:7",
          "[fe80::1]:7",
          "[fe80::1%lo]:7",
          "[fe80::1%1]:7",
          "[fe80::1%nosuch]:7",
          "[2001:db8::1%1]:7",
          "[2001:db8::1%lo]:7",
          "1:7",
          "1.2:7",
          "1.2.3:7",
          "0x7f.1:7",
          "010.0.0.1:7",
          "4294967295:7",
          "127.1:07",
          "[:::]:7",
          "[2001:db8::1]:7:8",
          "1.2.3.4:5:6",
          "[[2001:db8::1]]:7",
          "192.0.2.1:70000");

  private Cases() {}

  /** Command lines that do not come to an interface. */
  static List<Case> usage() {
    List<Case> cases = new ArrayList<>();
    for (String subcommand :
        List.of(
            "show",
            "showconf",
            "set",
            "setconf",
            "addconf",
            "syncconf",
            "genkey",
            "genpsk",
            "pubkey",
            "version",
            "--version",
            "-v",
            "help",
            "--help",
            "-h",
            "SHOW",
            "nonsense",
            "",
            "show ")) {
      if (!subcommand.startsWith("gen") && !subcommand.equals("pubkey")) {
        cases.add(Case.of(State.EMPTY, subcommand));
      }
      cases.add(Case.of(State.EMPTY, subcommand, "--help"));
      cases.add(Case.of(State.EMPTY, subcommand, "nosuch", "b"));
      cases.add(Case.of(State.EMPTY, subcommand, "-h", "a", "b", "c"));
    }
    for (String name : List.of("", "a/b", "..", "nosuch", "lo", "x".repeat(16), "x".repeat(200))) {
      cases.add(Case.of(State.EMPTY, "show", name));
      cases.add(Case.of(State.EMPTY, "show", name, "dump"));
      cases.add(Case.of(State.EMPTY, "showconf", name));
      cases.add(Case.of(State.EMPTY, "set", name, "fwmark", "1"));
      cases.add(Case.of(State.EMPTY, "setconf", name, Case.FILE));
      cases.add(Case.of(State.EMPTY, "syncconf", name, Case.FILE).file(peer("")));
    }
    for (String key : KEYS) {
      for (String end : List.of("", "\n", " \t\r\n\n", "\0", "x", "\nx")) {
        cases.add(Case.of(State.EMPTY, "pubkey").stdin(key + end));
      }
    }
    cases.add(Case.of(State.EMPTY, "pubkey"));
    cases.add(Case.of(State.EMPTY, "pubkey").stdin("\n" + Keys.PRIVATE));
    cases.add(Case.of(State.EMPTY, "pubkey").stdin("\0".repeat(44)));
    return cases;
  }

  /** All that is shown. */
  static List<Case> show() {
    List<Case> cases = new ArrayList<>();
    for (State state : State.values()) {
      for (String name : List.of(Case.DEVICE, "all", "interfaces")) {
        for (String parameter : PARAMETERS) {
          cases.add(Case.of(state, "show", name, parameter));
        }
        cases.add(Case.of(state, "show", name));
        cases.add(Case.of(state, "show", name).with("WG_HIDE_KEYS", "never"));
        cases.add(Case.of(state, "show", name).with("WG_COLOR_MODE", "always"));
      }
      cases.add(Case.of(state));
      cases.add(Case.of(state, "show"));
      cases.add(Case.of(state, "show").with("WG_HIDE_KEYS", "always"));
      cases.add(Case.of(state, "show").with("WG_COLOR_MODE", "never"));
      cases.add(Case.of(state, "showconf", Case.DEVICE));
    }
    return cases;
  }

  /** Settings on the command line. */
  static List<Case> set() {
    List<Case> cases = new ArrayList<>();
    PORTS.forEach(each -> cases.add(set("listen-port", each)));
    MARKS.forEach(each -> cases.add(set("fwmark", each)));
    for (String odd : List.of("", " 7", "7 ", "\t7", "'", "ä", "`", "%s")) {
      cases.add(set("listen-port", odd));
      cases.add(set("fwmark", odd));
      cases.add(set("peer", odd));
      cases.add(set("peer", Keys.PEER_A, "persistent-keepalive", odd));
      cases.add(set("peer", Keys.PEER_A, "allowed-ips", odd));
      cases.add(set("peer", Keys.PEER_A, "endpoint", odd));
      cases.add(set("peer", Keys.PEER_A, "preshared-key", odd.isEmpty() ? "" : "/nosuch/" + odd));
      cases.add(set(odd, "7"));
    }
    for (String key : KEYS) {
      cases.add(set("peer", key));
      for (String end : List.of("", "\n", " \n", "x", "\nx")) {
        cases.add(set("private-key", Case.FILE).file(key + end));
        cases.add(set("peer", Keys.PEER_A, "preshared-key", Case.FILE).file(key + end));
      }
    }
    for (String path : List.of(Case.FILE, "/dev/null", "/nosuch", "/", "", "/etc/hosts")) {
      cases.add(set("private-key", path));
      cases.add(set("peer", Keys.PEER_A, "preshared-key", path));
    }
    cases.add(set("private-key", Case.FILE).file("\n" + Keys.PRIVATE));
    cases.add(set("private-key", Case.FILE).file("\0".repeat(44)));
    cases.add(set("private-key", Case.FILE).file(Keys.PRIVATE + "\0"));
    cases.add(set("private-key", Case.FILE).file(Keys.PRIVATE + "\u00e4"));
    KEEPALIVES.forEach(each -> cases.add(set("peer", Keys.PEER_A, "persistent-keepalive", each)));
    PREFIXES.forEach(each -> cases.add(set("peer", Keys.PEER_A, "allowed-ips", each)));
    for (String each : ENDPOINTS) {
      cases.add(set("peer", Keys.PEER_A, "endpoint", each));
    }
    for (String retries : List.of("x", "-1", "1x", "99999999999", "", "infinity", "007")) {
      cases.add(
          set("peer", Keys.PEER_A, "endpoint", "192.0.2.1:1")
              .with("WG_ENDPOINT_RESOLUTION_RETRIES", retries));
    }
    structure(cases);
    return cases;
  }

  private static void structure(List<Case> cases) {
    String a = Keys.PEER_A;
    String b = Keys.PEER_B;
    cases.add(set("peer", a, "remove"));
    cases.add(set("peer", b, "remove"));
    cases.add(set("peer", a, "remove", "allowed-ips", "10.9.0.0/16"));
    cases.add(set("peer", a, "allowed-ips", "10.9.0.0/16", "remove"));
    cases.add(set("peer", a, "remove", "peer", a));
    cases.add(set("peer", a, "peer", b, "peer", a));
    cases.add(set("peer", a, "allowed-ips", "10.9.0.0/16", "allowed-ips", "10.8.0.0/16"));
    cases.add(set("peer", a, "allowed-ips", " 10.9.0.0/16 ,\t10.8.0.0 / 16 "));
    cases.add(set("peer", b, "allowed-ips", "10.1.0.0/16,fd01::/64"));
    cases.add(set("peer", b, "endpoint", "192.0.2.1:1", "persistent-keepalive", "7"));
    cases.add(set("peer", a, "listen-port", "7"));
    cases.add(set("peer", a, "fwmark", "7"));
    cases.add(set("peer", a, "private-key", "/dev/null"));
    cases.add(set("listen-port", "7", "fwmark", "8", "private-key", "/dev/null"));
    cases.add(set("listen-port", "7", "listen-port", "8"));
    cases.add(set("listen-port"));
    cases.add(set("listen-port", "7", "fwmark"));
    cases.add(set("peer"));
    cases.add(set("peer", a, "endpoint"));
    cases.add(set("peer", a, "peer"));
    cases.add(set("remove"));
    cases.add(set("endpoint", "192.0.2.1:1"));
    cases.add(set("allowed-ips", "10.0.0.0/8"));
    cases.add(set("nonsense", "x"));
    cases.add(set("--help"));
    cases.add(set("Peer", a));
    cases.add(set("peer", a, "nonsense"));
    cases.add(set("peer", a, "allowed-ips", "10.9.0.1/16,10.8.0.1/16,bad"));
  }

  private static Case set(String... arguments) {
    List<String> all = new ArrayList<>(List.of("set", Case.DEVICE));
    all.addAll(List.of(arguments));
    Case whole = Case.of(State.ONE_PEER, all.toArray(String[]::new));
    // A name that might be found later is not waited for.
    return whole.with("WG_ENDPOINT_RESOLUTION_RETRIES", "0");
  }

  /** Settings in files. */
  static List<Case> files() {
    List<String> files = new ArrayList<>();
    PORTS.forEach(each -> files.add("[Interface]\nListenPort = " + each));
    MARKS.forEach(each -> files.add("[Interface]\nFwMark = " + each));
    KEYS.forEach(each -> files.add("[Interface]\nPrivateKey = " + each));
    KEYS.forEach(each -> files.add("[Peer]\nPublicKey = " + each));
    KEYS.forEach(each -> files.add(peer("PresharedKey = " + each)));
    KEEPALIVES.forEach(each -> files.add(peer("PersistentKeepalive=" + each)));
    PREFIXES.forEach(each -> files.add(peer("AllowedIPs = " + each)));
    ENDPOINTS.forEach(each -> files.add(peer("Endpoint = " + each)));
    List<Case> cases = new ArrayList<>();
    for (String file : files) {
      cases.add(file("setconf", file));
    }
    for (String file : texts()) {
      for (String subcommand : List.of("setconf", "addconf", "syncconf")) {
        cases.add(file(subcommand, file));
      }
    }
    for (String path : List.of("/nosuch", "/", "", "/dev/null", "/etc/hosts")) {
      for (String subcommand : List.of("setconf", "addconf", "syncconf")) {
        cases.add(Case.of(State.ONE_PEER, subcommand, Case.DEVICE, path));
      }
    }
    return cases;
  }

  /** Files whose form is the point. */
  private static List<String> texts() {
    String a = "PublicKey = " + Keys.PEER_A;
    String b = "PublicKey = " + Keys.PEER_B;
    String key = "PrivateKey = " + Keys.PRIVATE;
    return List.of(
        "",
        "\n\n  \t\n",
        "# nothing",
        "[Interface]",
        "[Interface]\n[Interface]\n" + key,
        "[Peer]",
        "[Peer]\n[Peer]",
        "[Peer]\n[Peer]\n" + a,
        "[Peer]\n" + a,
        "[Peer]\n" + b,
        "[Peer]\n" + a + "\n[Peer]\n" + b,
        "[Peer]\n" + a + "\nAllowedIPs = 10.9.0.0/16\n[Peer]\n" + a + "\nAllowedIPs=10.8.0.0/16",
        "[Peer]\n" + a + "\n" + b,
        "[interface]\nlistenport=7\nFWMARK=8\n[PEER]\npublickey=" + Keys.PEER_A,
        "[Inter face]\nListen Port = 7\npri vateKEY = " + Keys.PRIVATE,
        "[Interface] # comment\nListenPort = 7 # 8\n#ListenPort = 9",
        "[Interface]#\nListenPort = 7#",
        "[Inter#face]",
        "\r\n[Interface]\r\nListenPort = 7\r\n",
        "[Interface]\nListenPort = 7\n[Interface]\nListenPort = 8\n",
        "[Interface]\nListenPort = 7\nListenPort = 8\nListenPort = x",
        "[Interface]\nListenPort =\n",
        "[Interface]\nListenPort\n",
        "[Interface]\n= 7\n",
        "[Interface]\nListenPort == 7\n",
        "[Interface]\nNonsense = 7\n",
        "[Interface]\nAddress = 10.0.0.1/24\n",
        "[Interface]\nMTU = 1420\n",
        "[Interface]\n" + a,
        "[Peer]\n" + a + "\nListenPort = 7",
        "[Peer]\n" + a + "\nAllowedIPs =",
        "[Peer]\n" + a + "\nAllowedIPs = 10.9.0.0/16\nAllowedIPs = 10.8.0.0/16, fd09::/16",
        "[Peer]\n" + a + "\nAllowedIPs = 10.9.0.1/16\nAllowedIPs = 10.8.0.1/16\nNonsense",
        "[Peer]\nAllowedIPs = 10.9.0.1/16\n",
        "[Nonsense]\n",
        "[Interface\n",
        "Interface]\n",
        "ListenPort = 7\n",
        "nonsense",
        "`'",
        "%s%n%d",
        "[Interface]\nListenPort = 7\0008\n",
        "[Interface]\n\000ListenPort = 7\n",
        "[Interface]\nListenPort = \u00b2\n",
        "\u00ef\u00bb\u00bf[Interface]\n",
        "\f[\u000bInterface]\n",
        "\u00a0[Interface]\n",
        "[Interface]\n" + key + "\nListenPort = 51999\nFwMark = off\n" + peer(full()),
        "[Interface]\n" + key + "\n" + peer(full()) + "\n[Peer]\n" + b,
        peer(full() + "\n" + full()),
        "[Interface]\nListenPort = " + "7".repeat(3000),
        "[Interface]" + " ".repeat(5000) + "\nListenPort = 7",
        peer("Endpoint = bad\nAllowedIPs = bad"),
        peer("AllowedIPs = 10.9.0.1/8\nEndpoint = bad"),
        peer("PersistentKeepalive = 7\nPersistentKeepalive = off"));
  }

  private static String full() {
    return "PresharedKey = "
        + Keys.PRESHARED
        + "\nPersistentKeepalive = 25\nEndpoint = 192.0.2.7:1234\n"
        + "AllowedIPs = 10.1.0.0/16, fd01::/64";
  }

  private static String peer(String more) {
    return "[Peer]\nPublicKey = " + Keys.PEER_A + "\n" + more;
  }

  private static Case file(String subcommand, String text) {
    State start = subcommand.equals("syncconf") ? State.PLAIN_PEER : State.ONE_PEER;
    return Case.of(start, subcommand, Case.DEVICE, Case.FILE)
        .file(text)
        .with("WG_ENDPOINT_RESOLUTION_RETRIES", "0");
  }
}
