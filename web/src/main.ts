import { mount } from 'svelte';
import App from './App.svelte';
import { commands } from '$lib/commands.svelte.ts';
import { router } from '$lib/router.svelte.ts';
import { session } from '$lib/session.svelte.ts';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/prose.css';

router.start();
commands.start();
void session.check();
mount(App, { target: document.getElementById('app')! });
