import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, scriptJson } from '../../gate/report/markup.ts';

test('what is put into a template is escaped, for text and for attributes', () => {
  const hostile = `<b title="x" class='y'>&`;
  assert.equal(
    html`<p title="${hostile}">${hostile}</p>`.text,
    '<p title="&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;">&lt;b title=&quot;x&quot; class=&#39;y&#39;&gt;&amp;</p>',
  );
});

test('markup in markup stays markup, and lists are put together', () => {
  assert.equal(
    html`<ul>${['a', '<'].map((item) => html`<li>${item}</li>`)}</ul>`.text,
    '<ul><li>a</li><li>&lt;</li></ul>',
  );
});

test('nothing is left of what is not there; a zero stays', () => {
  assert.equal(html`[${null}${undefined}${false}${0}${''}]`.text, '[0]');
});

test('embedded JSON can neither end its script element nor break a line of JavaScript', () => {
  const value = { text: '</script><!--\u2028\u2029&' };
  const { text } = scriptJson(value);
  assert.doesNotMatch(text, /[<>&\u2028\u2029]/);
  assert.deepEqual(JSON.parse(text), value);
});
