package dev.selfsame.oci.http;

import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/**
 * What Prometheus collects, under the names that the Distribution registry uses: {@code
 * registry_http_requests_total}, {@code registry_http_request_duration_seconds}, {@code
 * registry_http_in_flight_requests}. Sizes are counters here.
 */
final class Metrics {
  static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Counter requests;
  private final Histogram seconds;
  private final Counter sent;
  private final Counter received;
  private final Map<String, GaugeDataPoint> inFlight = new ConcurrentHashMap<>();
  private final Gauge underWay;
  private final Counter refused;

  /** Looking a series up by its labels costs more than counting. */
  private final Map<Labels, Series> series = new ConcurrentHashMap<>();

  private record Labels(String handler, String method, int code) {}

  private record Series(
      io.prometheus.metrics.core.datapoints.CounterDataPoint requests,
      io.prometheus.metrics.core.datapoints.DistributionDataPoint seconds,
      io.prometheus.metrics.core.datapoints.CounterDataPoint sent,
      io.prometheus.metrics.core.datapoints.CounterDataPoint received) {}

  /**
   * @param gauges what else is told, by name
   */
  Metrics(Pace pace, Map<String, DoubleSupplier> gauges) {
    String[] labels = {"handler", "method", "code"};
    requests =
        Counter.builder()
            .name("registry_http_requests_total")
            .help("Requests, by what they ask for.")
            .labelNames(labels)
            .register(registry);
    seconds =
        Histogram.builder()
            .name("registry_http_request_duration_seconds")
            .help("From a request's headers to the end of its answer.")
            .classicOnly()
            .classicUpperBounds(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)
            .labelNames(labels)
            .register(registry);
    sent =
        Counter.builder()
            .name("registry_http_response_size_bytes_total")
            .help("Bytes of bodies that were sent.")
            .labelNames(labels)
            .register(registry);
    received =
        Counter.builder()
            .name("registry_http_request_size_bytes_total")
            .help("Bytes of bodies that were announced by requests.")
            .labelNames(labels)
            .register(registry);
    underWay =
        Gauge.builder()
            .name("registry_http_in_flight_requests")
            .help("Requests being answered, by what they ask for.")
            .labelNames("handler")
            .register(registry);
    refused =
        Counter.builder()
            .name("selfsame_deploy_refused_total")
            .help("Requests of the deploy side that were refused, by the class of the reason.")
            .labelNames("reason")
            .register(registry);
    GaugeWithCallback.builder()
        .name("registry_http_bodies_under_way")
        .help("Bodies and headers that are being sent or received.")
        .callback(callback -> callback.call(pace.underWay()))
        .register(registry);
    gauges.forEach((name, value) ->
        GaugeWithCallback.builder()
            .name(name)
            .callback(callback -> callback.call(value.getAsDouble()))
            .register(registry));
    ProcessMetrics.register(registry);
  }

  /** A request has come, of which nothing is known yet but this. */
  void begun(String handler) {
    underWay(handler).inc();
  }

  /** It is now known what a request asks for. */
  void moved(String from, String to) {
    underWay(from).dec();
    underWay(to).inc();
  }

  private GaugeDataPoint underWay(String handler) {
    return inFlight.computeIfAbsent(handler, underWay::labelValues);
  }

  /** The deploy side has refused a request for a reason of this class. */
  void refused(String reason) {
    refused.labelValues(reason).inc();
  }

  void ended(
      String handler, String method, int code, long nanos, long bytesSent, long bytesReceived) {
    underWay(handler).dec();
    Series one = series.computeIfAbsent(new Labels(handler, known(method), code), this::series);
    one.requests().inc();
    one.seconds().observe(nanos / 1e9);
    one.sent().inc(bytesSent);
    one.received().inc(bytesReceived);
  }

  /** A client must not make as many series as it can think of methods. */
  private static String known(String method) {
    return switch (method) {
      case "GET", "HEAD", "PUT", "POST", "PATCH", "DELETE" -> method;
      default -> "other";
    };
  }

  private Series series(Labels labels) {
    String[] values = {labels.handler(), labels.method(), Integer.toString(labels.code())};
    return new Series(
        requests.labelValues(values),
        seconds.labelValues(values),
        sent.labelValues(values),
        received.labelValues(values));
  }

  /** Everything, in Prometheus' text format. */
  byte[] text() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
    return out.toByteArray();
  }
}
