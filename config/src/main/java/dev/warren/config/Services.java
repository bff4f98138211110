package dev.warren.config;

/** Ports by name, as {@code /etc/services} has them; handed in, since this room reads no file. */
public interface Services {
  /** Returns the UDP port of a service, -1 for none. */
  int udpPort(String name);
}
