package io.statemanager.restic;

/**
 * What the configuration object says.
 *
 * @param version 1 or 2
 * @param id 64 hex digits, the repository's identity
 * @param polynomial cuts its files into chunks
 */
public record RepositoryConfig(int version, String id, Polynomial polynomial) {}
