package dev.warren.linux;

import dev.warren.linux.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Large blocks of memory that cost nothing until they are used.
 *
 * <p>The JDK's own are filled with zeros when they are made, which makes every page of them
 * resident; the kernel's fresh pages are zero already.
 *
 * <p><b>Owner:</b> any thread.
 */
public final class HostMemory {
  private HostMemory() {}

  /** Allocates zeroed memory, aligned to a page; what the kernel refuses the JDK allocates. */
  @SuppressWarnings("restricted") // The address and length are those the kernel has just mapped.
  public static MemorySegment allocate(Arena arena, long bytes) {
    long address = Libc.mmapAnonymous(bytes);
    return address < 0
        ? arena.allocate(bytes, 64)
        : MemorySegment.ofAddress(address)
            .reinterpret(bytes, arena, pages -> Libc.munmap(pages.address(), pages.byteSize()));
  }
}
