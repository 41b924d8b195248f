/**
 * The documents that make checkpoints exist: {@code <environment>/checkpoints/<id>.json}, created once, never changed. Blocking code
 * on worker threads; knows the store and the documents, nothing of trees.
 */
package io.statemanager.checkpoint.commit;
