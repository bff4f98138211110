package dev.warren.interop;

import dev.warren.interop.host.Implementation;
import dev.warren.interop.host.Namespace;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts on one link, each with a WireGuard interface that is up and knows no peer yet.
 *
 * <pre>
 *   side 1                              side 2                    side 3 ...
 *   wg0   10.77.0.1  fd77::1            wg0   10.77.0.2  fd77::2
 *   eth0  192.0.2.1  2001:db8::1  ----  eth0  192.0.2.2  2001:db8::2
 * </pre>
 *
 * Two hosts have a veth pair between them, more hang on a bridge in a namespace of its own.
 *
 * <p>Owner: the scenario's thread.
 */
final class Link implements AutoCloseable {
  static final String DEVICE = "wg0";
  static final String ETHERNET = "eth0";

  private final List<Namespace> namespaces = new ArrayList<>();
  private final List<Side> sides = new ArrayList<>();

  private Link() {}

  static Link of(Pairing pairing) {
    return of(pairing.first(), pairing.second());
  }

  static Link of(Implementation... implementations) {
    Link link = new Link();
    try {
      link.build(implementations);
    } catch (RuntimeException | AssertionError e) {
      link.close();
      throw e;
    }
    return link;
  }

  private void build(Implementation... implementations) {
    for (int i = 0; i < implementations.length; i++) {
      namespaces.add(Namespace.create());
    }
    if (implementations.length == 2) {
      Namespace.join(namespaces.get(0), ETHERNET, namespaces.get(1), ETHERNET);
    } else {
      bridge(List.copyOf(namespaces));
    }
    for (int i = 0; i < implementations.length; i++) {
      int number = i + 1;
      Namespace namespace = namespaces.get(i);
      namespace.address(ETHERNET, "192.0.2." + number + "/24", "2001:db8::" + number + "/64");
      Side side = Side.start(namespace, implementations[i], number, DEVICE);
      side.raise(namespace);
      sides.add(side);
    }
  }

  private void bridge(List<Namespace> hosts) {
    Namespace middle = Namespace.create();
    namespaces.add(middle);
    middle.ip("link add br0 type bridge");
    middle.ip("link set br0 up");
    for (int i = 0; i < hosts.size(); i++) {
      Namespace.join(hosts.get(i), ETHERNET, middle, "port" + i);
      middle.ip("link set port" + i + " master br0");
    }
  }

  /** A further namespace that is taken down with the link. */
  Namespace extraNamespace() {
    Namespace namespace = Namespace.create();
    namespaces.add(namespace);
    return namespace;
  }

  Side first() {
    return sides.get(0);
  }

  Side second() {
    return sides.get(1);
  }

  Side third() {
    return sides.get(2);
  }

  /** The first side learns the second with its endpoint; the second learns the first without. */
  void introduce(OuterFamily family) {
    introduce(family, "");
  }

  /** As above, with further settings of that peer on the first side. */
  void introduce(OuterFamily family, String more) {
    second().meet(first(), "");
    first().meet(second(), "endpoint " + second().endpoint(family) + " " + more);
  }

  @Override
  public void close() {
    namespaces.forEach(Namespace::close);
  }
}
