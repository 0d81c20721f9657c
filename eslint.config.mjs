import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Node's own names that plain scripts use: there is no type checker to know them. */
const NODE_GLOBALS = Object.fromEntries(
  [
    ...['process', 'console', 'Buffer', 'URL', 'URLSearchParams', 'fetch', 'performance', 'structuredClone'],
    ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'queueMicrotask'],
    ...['AbortController', 'AbortSignal', 'TextEncoder', 'TextDecoder', 'WebSocket', 'module', 'require'],
  ].map((name) => [name, 'readonly']),
);

const TYPE_SCRIPT = ['**/*.ts', '**/*.tsx'];
const DASHBOARD = ['dashboard/**/*.{ts,tsx}'];
const SCRIPTS = ['**/*.mjs', '**/*.cjs'];

export default tseslint.config(
  { ignores: ['dist/', '.data/', 'coverage/', 'drizzle/', 'node_modules/'] },
  { ...js.configs.recommended, files: [...TYPE_SCRIPT, ...SCRIPTS] },
  { files: SCRIPTS, languageOptions: { globals: NODE_GLOBALS }, rules: { 'no-undef': 'error' } },
  ...tseslint.configs.strictTypeChecked.map((config) => ({ ...config, files: TYPE_SCRIPT })),
  {
    files: TYPE_SCRIPT,
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A Nest module is a class without a body; its decorator is what it says.
      '@typescript-eslint/no-extraneous-class': [
        'error',
        { allowWithDecorator: true, allowStaticOnly: true },
      ],
      // Numbers, booleans and ids in messages are what one means.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `return reply()` in a callback of nothing reads well; an expression whose result is lost is found elsewhere.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // An interface says that a method is asynchronous before its implementation has to wait for anything.
      '@typescript-eslint/require-await': 'off',
      // `get<T>(key)` states what comes back, as Nest, supertest and the drivers have it.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // compilerOptions.noPropertyAccessFromIndexSignature is not on; both notations stay free.
      '@typescript-eslint/dot-notation': 'off',
      // Rejections are what a store gave: the domain's own errors are errors already.
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      // Zod DTOs are classes for Nest's sake; their values are plain objects.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // Saying a type that could be left out is no fault.
      '@typescript-eslint/no-unnecessary-type-arguments': 'off',
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Types of frameworks promise more than they hold: the Reflector's values, the adapter of a command.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-useless-default-assignment': 'off',
      // The driver marks an overload of createIndex that everybody uses.
      '@typescript-eslint/no-deprecated': 'warn',
      // Nest's decorators without an argument: `Reflector.createDecorator<void, true>`.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // `!= null` is the idiom for both.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
      'max-lines': ['error', { max: 300 }],
    },
  },
  {
    files: DASHBOARD,
    languageOptions: { parserOptions: { project: './dashboard/tsconfig.json' } },
    rules: {
      // A component's name says what it draws; what it returns is always the same.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // JSX takes promises-free callbacks alone; `void` says that the rest goes on by itself.
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only src/config reads the environment.' },
      ],
    },
  },
  // Commands speak to people on standard output.
  { files: ['src/cli/**/*.ts', 'scripts/**', 'bench/**'], rules: { 'no-console': 'off' } },
  // Tools look for a default export.
  { files: ['*.config.ts'], rules: { 'no-restricted-exports': 'off' } },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-console': 'off',
      // Answers over HTTP are `any` until an assertion has looked at them.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-deprecated': 'off',
    },
  },
  {
    files: SCRIPTS,
    rules: { 'max-lines': ['error', { max: 300 }], eqeqeq: ['error', 'always', { null: 'ignore' }] },
  },
);
