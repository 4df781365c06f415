/**
 * The fields of the k6-operator's TestRun that our manifests use, as its documentation gives them (k6.io/v1alpha1,
 * operator 1.6). Strict: a misspelt field is refused here, where a cluster would refuse it or, worse, pass it over.
 */
import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
const quantity = z.string().regex(/^\d+(\.\d+)?(m|Ki|Mi|Gi)?$/);
const resources = z.strictObject({
  requests: z.strictObject({ cpu: quantity, memory: quantity }),
  limits: z.strictObject({ memory: quantity }),
});

const env = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
  value: z.string().optional(),
  valueFrom: z
    .union([
      z.strictObject({ fieldRef: z.strictObject({ fieldPath: z.literal('metadata.name') }) }),
      z.strictObject({ configMapKeyRef: z.strictObject({ name, key: z.string() }) }),
    ])
    .optional(),
});
const mounts = z.array(z.strictObject({ name, mountPath: z.string().startsWith('/') }));
/** Pinned by version: `latest` would make two runs incomparable. */
const image = z.string().regex(/^[a-z0-9./-]+:\d+\.\d+(\.\d+)?$/);
const podSecurity = z.strictObject({
  runAsNonRoot: z.literal(true),
  runAsUser: z.int().positive(),
  runAsGroup: z.int().positive(),
  fsGroup: z.int().positive().optional(),
});

export const testRun = z.strictObject({
  apiVersion: z.literal('k6.io/v1alpha1'),
  kind: z.literal('TestRun'),
  metadata: z.strictObject({ name, labels: z.record(z.string(), z.string()) }),
  spec: z.strictObject({
    parallelism: z.int().positive(),
    arguments: z.string(),
    // Where the script is: in exactly one place.
    script: z.union([
      z.strictObject({ configMap: z.strictObject({ name, file: z.string() }) }),
      z.strictObject({ volumeClaim: z.strictObject({ name, file: z.string(), readOnly: z.boolean() }) }),
    ]),
    initializer: z.strictObject({ image, securityContext: podSecurity }),
    runner: z.strictObject({
      image,
      env: z.array(env),
      envFrom: z.array(z.strictObject({ secretRef: z.strictObject({ name }) })),
      initContainers: z.array(
        z.strictObject({ name, image, command: z.array(z.string()), env: z.array(env), volumeMounts: mounts }),
      ),
      resources,
      securityContext: podSecurity,
      containerSecurityContext: z.strictObject({
        allowPrivilegeEscalation: z.literal(false),
        readOnlyRootFilesystem: z.literal(true),
        capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
      }),
      topologySpreadConstraints: z.array(
        z.strictObject({
          maxSkew: z.int().positive(),
          topologyKey: z.string(),
          whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
          labelSelector: z.strictObject({ matchLabels: z.record(z.string(), z.string()) }),
        }),
      ),
      volumes: z.array(z.strictObject({ name, persistentVolumeClaim: z.strictObject({ claimName: name }) })),
      volumeMounts: mounts,
    }),
  }),
});

export type TestRun = z.infer<typeof testRun>;
