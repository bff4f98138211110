package dev.warren.crypto.openssl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The functions of Intel's libIPSec_MB that we call, under their own names in C.
 *
 * <p>Its work is done by functions whose addresses lie in the manager (IMB_MGR), next to what the
 * library found out about the processor. All managers of a process hold the same.
 *
 * <p><b>Errors:</b> loading this class fails with a {@code LinkageError} when the library or one of
 * its functions is missing, or its version is not one whose layouts we know.
 *
 * <p><b>Source:</b> intel-ipsec-mb.h of 1.3 and of 2.0, which agree in all that is used here.
 */
@SuppressWarnings("restricted") // native calls are what this class is for
final class LibIpsecMb {

  static final long NULL = 0;

  private static final MemorySegment EVERYWHERE = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final int OLDEST_VERSION = 0x010300;
  private static final int FIRST_UNKNOWN_VERSION = 0x020100;

  private static final long NO_FLAGS = 0;

  private static final Library LIBRARY =
      Library.loadFirst(List.of("libIPSec_MB.so.2", "libIPSec_MB.so.1"));

  private static final int VERSION = knownVersion();

  private static final MethodHandle MANAGER_SIZE = LIBRARY.bind("imb_get_mb_mgr_size", JAVA_LONG);
  private static final MethodHandle SET_POINTERS =
      LIBRARY.bind("imb_set_pointers_mb_mgr", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle INIT =
      LIBRARY.bindVoid("init_mb_mgr_auto", JAVA_LONG, JAVA_LONG);

  private LibIpsecMb() {}

  /** Returns which library this is and the file it came from, for the log. */
  static String description() {
    int major = VERSION >>> 16;
    int minor = VERSION >>> 8 & 0xff;
    return "Intel IPsec-MB " + major + "." + minor + " (" + LIBRARY.fileName() + ")";
  }

  /** Returns how many bytes a manager takes. */
  static long managerBytes() {
    try {
      return (long) MANAGER_SIZE.invokeExact();
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /** Makes a manager of zeroed memory that is aligned to 64 bytes. */
  static void init(long manager) {
    try {
      long same = (long) SET_POINTERS.invokeExact(manager, NO_FLAGS, 1);
      INIT.invokeExact(same, NULL);
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
  }

  /** Reads packet memory whose bounds were checked when its address was taken. */
  static long longAt(long address) {
    return EVERYWHERE.get(JAVA_LONG_UNALIGNED, address);
  }

  /** Returns a handle of {@code IMB_JOB *get_next_job(IMB_MGR *)} and others of that shape. */
  static MethodHandle managerFunction(long function) {
    return Library.bindCriticalAt(
        MemorySegment.ofAddress(function), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
  }

  private static int knownVersion() {
    int version;
    try {
      version = (int) LIBRARY.bind("imb_get_version", JAVA_INT).invokeExact();
    } catch (Throwable e) {
      throw Library.impossible(e);
    }
    if (version < OLDEST_VERSION || version >= FIRST_UNKNOWN_VERSION) {
      throw new UnsatisfiedLinkError(
          LIBRARY.fileName()
              + " is of version 0x"
              + Integer.toHexString(version)
              + ", not 1.3 to 2.0");
    }
    return version;
  }
}
