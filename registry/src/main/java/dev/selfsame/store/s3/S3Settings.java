package dev.selfsame.store.s3;

import dev.selfsame.outcome.Failure;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the bucket is, and who asks.
 *
 * @param endpoint the server's http or https address; null for AWS's own of the region
 * @param region such as {@code eu-central-1}; servers other than AWS take any
 * @param bucket its name; it has to exist
 * @param prefix what the names of all objects begin with: empty, or ends in a slash
 * @param pathStyle whether the bucket stands in the path and not in the host name, as most servers
 *     other than AWS want it
 * @param credentials a file of AWS's form ({@code [default]}, {@code aws_access_key_id = …}, {@code
 *     aws_secret_access_key = …}); null for AWS's usual places: system properties, environment,
 *     {@code ~/.aws}, container, instance
 * @param spool a folder of this machine for at most 32 MiB of each upload under way
 * @param presign whether {@link S3Blobs#presigned} gives addresses
 */
public record S3Settings(
    @Nullable URI endpoint,
    String region,
    String bucket,
    String prefix,
    boolean pathStyle,
    @Nullable Path credentials,
    Path spool,
    boolean presign) {
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
  private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]*/)*");
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,64}");

  /** Throws {@link Failure} (exit 2) where one of them cannot be right. */
  public S3Settings {
    if (!BUCKET.matcher(bucket).matches()) {
      throw Failure.usage(
          "not a bucket's name: " + bucket, "3 to 63 of a-z, 0-9, dots and dashes, such as blobs");
    }
    if (!PREFIX.matcher(prefix).matches() || prefix.length() > 512) {
      throw Failure.usage(
          "not a prefix of object names: " + prefix, "leave it out, or end it in a slash: prod/");
    }
    if (!REGION.matcher(region).matches()) {
      throw Failure.usage("not a region: " + region, "such as us-east-1");
    }
    if (endpoint != null && !isServer(endpoint)) {
      throw Failure.usage(
          "not the address of an S3 server: " + withoutSecrets(endpoint),
          "https://HOST or http://HOST:PORT, with nothing after it");
    }
  }

  private static boolean isServer(URI endpoint) {
    String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
    return (scheme.equals("http") || scheme.equals("https"))
        && endpoint.getHost() != null
        && endpoint.getUserInfo() == null
        && endpoint.getQuery() == null
        && endpoint.getFragment() == null
        && (endpoint.getPath() == null || endpoint.getPath().matches("/?"));
  }

  /** Somebody may have put a key before the host's name. */
  private static String withoutSecrets(URI endpoint) {
    return endpoint.toString().replaceAll("//[^/]*@", "//…@");
  }

  /** The bucket for messages, such as {@code bucket blobs at http://127.0.0.1:9000}. */
  String place() {
    return "bucket %s at %s".formatted(bucket, endpoint == null ? "AWS " + region : endpoint);
  }
}
