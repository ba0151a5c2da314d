package user;

import java.lang.management.ManagementFactory;

/** What is in use, after the collector ran: malloc's own count, the Java heap, metaspace. */
record MemoryInUse(long nativeHeap, long javaHeap, long metaspace) {
  static final MemoryInUse NONE = new MemoryInUse(0, 0, 0);

  static MemoryInUse now() {
    return new MemoryInUse(
        Malloc.bytesInUse(),
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Metaspace"))
            .mapToLong(pool -> pool.getUsage().getUsed())
            .sum());
  }
}
