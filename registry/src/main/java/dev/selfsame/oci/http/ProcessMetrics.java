package dev.selfsame.oci.http;

import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/**
 * What Prometheus' own client libraries tell of a process and its memory, under their names; looked
 * at when it is asked for. Source: "Writing client libraries", Process metrics.
 */
final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");

  private ProcessMetrics() {}

  static void register(PrometheusRegistry registry) {
    double started = System.currentTimeMillis() / 1000.0;
    gauge(registry, "process_start_time_seconds", "When it started, since 1970.", () -> started);
    GaugeWithCallback.builder()
        .name("jvm_memory_used_bytes")
        .help("Memory in use, on the heap and beside it.")
        .labelNames("area")
        .callback(callback -> {
          MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
          callback.call((double) memory.getHeapMemoryUsage().getUsed(), "heap");
          callback.call((double) memory.getNonHeapMemoryUsage().getUsed(), "nonheap");
        })
        .register(registry);
    CounterWithCallback.builder()
        .name("process_cpu_seconds_total")
        .help("Processor time, of user and system.")
        .callback(
            callback -> unix(bean -> bean.getProcessCpuTime() / 1e9).ifPresent(callback::call))
        .register(registry);
    optional(
        registry, "process_open_fds", "Open files.", bean -> bean.getOpenFileDescriptorCount());
    optional(
        registry,
        "process_max_fds",
        "How many files may be open.",
        bean -> bean.getMaxFileDescriptorCount());
    GaugeWithCallback.builder()
        .name("process_resident_memory_bytes")
        .help("Memory that is in use of the machine's.")
        .callback(callback -> resident().ifPresent(callback::call))
        .register(registry);
  }

  private static void gauge(
      PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.getAsDouble()))
        .register(registry);
  }

  private static void optional(
      PrometheusRegistry registry,
      String name,
      String help,
      ToDoubleFunction<UnixOperatingSystemMXBean> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> unix(value).ifPresent(callback::call))
        .register(registry);
  }

  private static Optional<Double> unix(ToDoubleFunction<UnixOperatingSystemMXBean> value) {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean bean
        ? Optional.of(value.applyAsDouble(bean))
        : Optional.empty();
  }

  /** Linux tells it in KiB; elsewhere it is not told. */
  private static Optional<Double> resident() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
