package dev.warren.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.warren.linux.libc.Libc;
import dev.warren.packet.LinkListener;
import dev.warren.packet.owner.Shared;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Watches the interface of a TUN device and tells what becomes of it, first of all its present
 * state.
 *
 * <p>While the interface is in the namespace it was made in ("at home"), netlink tells every
 * change. When it is moved away, netlink at home says that it was deleted, and no more. So the TUN
 * descriptor is asked whether it still has an interface, and in which namespace. That namespace is
 * given an id at home; by that id its interfaces can be asked for from here, and a socket can hear
 * its news. Nobody goes there: a thread or a socket inside would keep the namespace alive, and the
 * interface with it, after {@code ip netns del}.
 *
 * <p>Asking there takes CAP_NET_ADMIN there, and hearing CAP_NET_BROADCAST. So while it is away the
 * interface is also asked for once a second. Without the first capability the descriptor has to do:
 * it knows deletion, name, up (at once) and down (within a second); the MTU it does not know.
 *
 * <p>Nothing is lost in between: the socket hears before the state is asked for, and after the
 * answer the descriptor is asked whether the interface is still there. When netlink lost news
 * ({@code ENOBUFS}) the state is asked for again.
 *
 * <p><b>Owner:</b> its own thread, role "link", for all fields but {@code closing} (volatile) and
 * the event; {@link #close} any thread. The listener is called by that thread, once per change.
 *
 * <p><b>Source:</b> rtnetlink(7); Linux {@code net/core/dev.c} ({@code dev_change_net_namespace}),
 * {@code net/netlink/af_netlink.c} ({@code do_one_broadcast}); "Routing &amp; Network Namespaces"
 * on WireGuard's site.
 */
@Shared
public final class LinkMonitor implements AutoCloseable {
  private static final long ASK_EVERY_SECONDS = 1;

  /** How often to look again at once when the interface moves or is renamed meanwhile. */
  private static final int CHASE_LIMIT = 20;

  private static final int EVENT = 0;
  private static final int NETLINK = 8;
  private static final int TUN = 16;
  private static final int TIMESPEC = 24;
  private static final short POLLIN = 1;

  /** How the interface can be watched where it is now. */
  private enum Place {
    /** In this namespace: netlink tells all. */
    HOME,
    /** In another: netlink can be asked, and may tell. */
    AWAY,
    /** In another that must not be asked about. */
    HIDDEN,
    /** Deleted. */
    GONE
  }

  private final TunDevice tun;
  private final LinkListener listener;
  private final TunProbe probe;
  private final EventDescriptor event;
  private final NetlinkSocket hearing;
  private final NetlinkSocket asking;
  private final LinkNews news = new LinkNews();
  private final LinkNews answer = new LinkNews();
  private final MemorySegment poll = Arena.ofAuto().allocate(TIMESPEC + 16, 8);
  private final @Nullable String home = NetworkNamespace.ofThread();
  private final Thread thread;
  private volatile boolean closing;

  private Place place = Place.HOME;
  private int namespaceId = NetlinkSocket.HOME;
  private int index;
  private boolean leftHome;
  private boolean denied;
  private boolean unsure;
  private boolean toldState;
  private boolean toldUp;
  private int toldMtu;

  private LinkMonitor(
      TunDevice tun,
      LinkListener listener,
      EventDescriptor event,
      NetlinkSocket hearing,
      NetlinkSocket asking) {
    this.tun = tun;
    this.listener = listener;
    this.event = event;
    this.hearing = hearing;
    this.asking = asking;
    probe = new TunProbe(tun.descriptor());
    thread = Thread.ofPlatform().daemon().name("warren-link-" + tun.name()).unstarted(this::run);
  }

  /** Begins to watch. The device must stay open until the monitor is closed. */
  public static LinkMonitor open(TunDevice tun, LinkListener listener) throws LinuxException {
    try (Opening opening = new Opening()) {
      EventDescriptor event = opening.add(EventDescriptor.open());
      NetlinkSocket hearing = opening.add(NetlinkSocket.open(LinkNews.RTMGRP_LINK));
      NetlinkSocket asking = opening.add(NetlinkSocket.open(0));
      LinkMonitor monitor = new LinkMonitor(tun, listener, event, hearing, asking);
      monitor.thread.start();
      opening.succeed();
      return monitor;
    }
  }

  /** Ends the watch; afterwards the listener is not called any more. */
  @Override
  public void close() {
    closing = true;
    event.raise();
    boolean interrupted = false;
    // A listener may close its own monitor: that thread is then on its way out anyhow.
    while (thread.isAlive() && Thread.currentThread() != thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    event.close();
  }

  private void run() {
    try {
      look();
      while (!closing && place != Place.GONE) {
        await();
        if (!closing && (hear() || isToBeAsked())) {
          look();
        }
      }
      if (!closing) {
        listener.linkGone();
      }
    } finally {
      hearing.close();
      asking.close();
    }
  }

  /** Whether news may fail to come, so that it is asked every second. */
  private boolean isToBeAsked() {
    return place != Place.HOME || unsure;
  }

  private void await() {
    boolean awaitUp = place != Place.HOME && !toldUp;
    poll.set(JAVA_INT, EVENT, event.number());
    poll.set(JAVA_SHORT, EVENT + 4L, POLLIN);
    poll.set(JAVA_INT, NETLINK, hearing.number());
    poll.set(JAVA_SHORT, NETLINK + 4L, POLLIN);
    poll.set(JAVA_INT, TUN, awaitUp ? probe.number() : -1);
    poll.set(JAVA_SHORT, TUN + 4L, (short) TunProbe.POLLOUT);
    poll.set(JAVA_LONG, TIMESPEC, ASK_EVERY_SECONDS);
    poll.set(JAVA_LONG, TIMESPEC + 8L, 0);
    long limit = isToBeAsked() ? poll.address() + TIMESPEC : 0;
    Libc.ppoll(poll.address(), 3, limit);
  }

  /**
   * Finds out where the interface is and how it is, and tells that. What netlink said before is old
   * by then and must not be told after it; what it says while it answers may be older or newer, so
   * then it is asked again.
   */
  private void look() {
    unsure = false;
    for (int i = 0; i < CHASE_LIMIT && !closing; i++) {
      if (!locate()) {
        place = Place.GONE;
        return;
      }
      hearing.hearAllNamespaces(place == Place.AWAY);
      if (place == Place.HIDDEN) {
        tell(probe.name(), probe.isUp(), 0);
        return;
      }
      forgetQueued();
      String name = probe.name();
      int result = answer.ask(asking, name, namespaceId);
      int wasId = namespaceId;
      // Not there, or perhaps another one of that name: it moved or was renamed meanwhile.
      if (result >= 0 && locate() && wasId == namespaceId && name.equals(probe.name())) {
        index = answer.index();
        if (i == CHASE_LIMIT - 1 || !forgetQueued()) {
          tell(answer.name(), answer.isUp(), answer.mtu());
          return;
        }
      }
      leftHome |= result == -Errno.ENODEV;
      denied |= result == -Errno.EACCES || result == -Errno.EPERM;
    }
    unsure = true;
  }

  /** Asks the descriptor for the name and place of its interface; false when it has none. */
  private boolean locate() {
    int result = probe.findName();
    if (result == -Errno.EBADFD || result == -Errno.ENODEV) {
      return false;
    }
    namespaceId = NetlinkSocket.HOME;
    int fd = probe.namespace();
    if (fd < 0) {
      // No permission, or too old a kernel: as long as it never left, it is where it was made.
      place = leftHome ? Place.HIDDEN : Place.HOME;
      return true;
    }
    String there = NetworkNamespace.of(fd);
    if (there == null || there.equals(home)) {
      place = there == null && leftHome ? Place.HIDDEN : Place.HOME;
    } else {
      leftHome = true;
      namespaceId = LinkNews.namespaceId(asking, fd);
      place = namespaceId < 0 || denied ? Place.HIDDEN : Place.AWAY;
    }
    Libc.close(fd);
    return true;
  }

  /** Takes in what netlink has to say; answers whether it calls for a closer look. */
  private boolean hear() {
    boolean look = false;
    while (!closing) {
      int got = hearing.receive();
      if (got == -Errno.EAGAIN) {
        return look;
      }
      if (got > 0) {
        look |= hearMessages();
      } else if (got == -Errno.ENOBUFS) {
        // News were lost, and newer ones than those still queued: so look when these are through.
        look = true;
      } else if (got != -Errno.EINTR) {
        return true;
      }
    }
    return look;
  }

  /** Drops what netlink has to say; answers whether some of it was, or may have been, about us. */
  private boolean forgetQueued() {
    boolean any = false;
    while (!closing) {
      int got = hearing.receive();
      if (got > 0) {
        while (hearing.next()) {
          any |= isAboutUs();
        }
      } else if (got == -Errno.ENOBUFS) {
        any = true;
      } else if (got != -Errno.EINTR) {
        break;
      }
    }
    return any;
  }

  /** Reads the present message; whether it may be about our interface. */
  private boolean isAboutUs() {
    int type = hearing.type();
    if ((type != LinkNews.RTM_NEWLINK && type != LinkNews.RTM_DELLINK) || !news.read(hearing)) {
      return false;
    }
    return news.index() == index
        || tun.name().equals(news.name())
        || probe.name().equals(news.name());
  }

  private boolean hearMessages() {
    boolean look = false;
    int origin = hearing.origin();
    while (hearing.next()) {
      if (!isAboutUs()) {
        continue;
      }
      boolean ours = news.index() == index && origin == namespaceId;
      if (ours && hearing.type() == LinkNews.RTM_NEWLINK) {
        tell(news.name(), news.isUp(), news.mtu());
      } else {
        // It left, or one like it came to be somewhere.
        look = true;
      }
    }
    return look;
  }

  private void tell(@Nullable String name, boolean up, int mtu) {
    if (name != null && !name.equals(tun.name())) {
      tun.renamed(name);
    }
    if (mtu != 0 && mtu != toldMtu) {
      toldMtu = mtu;
      tun.resized(mtu);
      listener.linkMtu(mtu);
    }
    if (!toldState || up != toldUp) {
      toldState = true;
      toldUp = up;
      if (up) {
        listener.linkUp();
      } else {
        listener.linkDown();
      }
    }
  }
}
