package io.statemanager.storage.s3;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The region that requests are signed for. Some servers take {@code auto}, some any, some only their own, and those say which when they
 * refuse: so where none is configured, the first such refusal is taken at its word.
 */
final class S3Region {
    private static final Pattern TOLD = Pattern.compile("expecting ['\"]([a-z0-9-]+)['\"]");

    private S3Region() {}

    static Region first(S3Settings settings) {
        if (settings.endpoint().isPresent() || !settings.region().equals(S3Settings.AUTO)) {
            return Region.of(settings.region());
        }
        try {
            return new DefaultAwsRegionProviderChain().getRegion();
        } catch (SdkClientException none) {
            return Region.US_EAST_1;
        }
    }

    /** The region that a server wants instead, where it refused a request for that; to be asked where none is configured. */
    static Optional<Region> told(Throwable failure) {
        if (!(failure instanceof S3Exception refusal)
                || refusal.awsErrorDetails() == null
                || !"AuthorizationHeaderMalformed"
                        .equals(refusal.awsErrorDetails().errorCode())) {
            return Optional.empty();
        }
        Matcher told = TOLD.matcher(refusal.getMessage());
        return Optional.of(told.find() ? Region.of(told.group(1)) : Region.US_EAST_1);
    }
}
